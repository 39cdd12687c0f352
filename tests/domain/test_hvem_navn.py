"""Two names are two persons only when they cannot be one."""

import pytest

from vigo_pipeline.domain.hvem import Hvem

EN = [
    *[("Håkon", "haakon"), ("Åse", "Aase"), ("baard.aas", "Bård Ås"), ("bjoern", "Bjørn")],
    *[("Øyvind", "Oeyvind"), ("Sørlie", "Soerlie"), ("Bjørn", "Björn"), ("Sæther", "Säther")],
    *[("Sæther", "saether"), ("Ola", "ola1"), ("ola.nordmann2", "Ola Nordmann")],
    *[("Ola Nordmann", "O. Nordmann"), ("Ola N.", "Ola Nordmann"), ("O. Nordmann", "Ola N.")],
    *[("olanordmann", "Ola Nordmann"), ("onordmann", "Ola Nordmann"), ("pernord", "Per Nord")],
    *[("Peer Hanssen", "Per Hansen"), ("P3r H4nsen", "Per Hansen"), ("kriss", "Kris")],
    *[("nordmannola", "Ola Nordmann"), ("olaaas", "Ola Ås"), ("olaerik", "Ola Erik")],
]
TO = [
    *[("Kari", "Ola"), ("Kari Nordmann", "Knut Nordmann"), ("Kåre", "Kari"), ("Ola", "Olav")],
    *[("K. Nordmann", "Ola Nordmann"), ("ola1", "kari1"), ("Per Ås", "Pål Ås")],
]


@pytest.mark.parametrize(("en", "annen"), EN)
def test_names_that_may_be_one_person_are_one(en: str, annen: str) -> None:
    assert Hvem(en).may_be(Hvem(annen))
    assert Hvem(annen).may_be(Hvem(en))


@pytest.mark.parametrize(("en", "annen"), TO)
def test_names_that_are_of_two_persons_stay_two(en: str, annen: str) -> None:
    assert not Hvem(en).may_be(Hvem(annen))
    assert not Hvem(annen).may_be(Hvem(en))
