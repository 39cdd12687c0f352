"""What somebody is told who asks why a delivery is not further."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import put
from vigo_pipeline.engine.judge.verdict import Brudd, pass_judgement
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.pipeline import REGNSKAP, Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.hvorfor import why_delivery
from vigo_pipeline.reports.status import rounds
from vigo_pipeline.reports.stenger import told


def untouched(_: Pipeline) -> None:
    pass


def without_a_verdict(pipeline: Pipeline) -> None:
    rader = pipeline.folder("leveranser", "ssbelevfag", FOERSTE) / "rader.arrow"
    rader.unlink()


def shut_companion(pipeline: Pipeline) -> None:
    put(pipeline, pipeline.folder("leveranser", "ssbelevfag", FOERSTE) / REGNSKAP, "inn", 1)
    for stamme in ("ssbelev", "ssbelevfag"):
        pass_judgement(pipeline, pipeline.register.leveranse(stamme), FOERSTE)


def closed(pipeline: Pipeline) -> None:
    close(pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1)


def misspelt(pipeline: Pipeline) -> None:
    feil = pipeline.oppsett.inn / "inn/2025-2026/oktobr/1-levering/03/elev.txt"
    feil.parent.mkdir(parents=True)
    feil.write_text("x", "utf-8")


@pytest.mark.parametrize(
    ("gjoer", "partisjon", "sagt"),
    [
        pytest.param(
            untouched,
            FOERSTE,
            ["er kontrollert. Venter på godkjenning.", "Fristen er 21.10.2025."],
            id="published, and waits for a person",
        ),
        pytest.param(
            untouched,
            ENDELIG,
            ["er utkast", "Filer ligger i inn-mappa og er ikke lest: Oslo", "vigo kjoer oktober"],
            id="files that nobody has read",
        ),
        pytest.param(
            untouched,
            Partisjon("2026-2027", "endelig"),
            ["er utkast", "Har ikke levert: Oslo", "Det som skal leses før, er ikke kommet"],
            id="nothing has come",
        ),
        pytest.param(without_a_verdict, FOERSTE, ["er utkast", "ssbelevfag"], id="half derived"),
        pytest.param(
            shut_companion,
            FOERSTE,
            [
                "ssbelev 2025-2026 1-levering er utkast. Porten er åpen, men leveransen holdes",
                "Porten til ssbelev: Åpen: ingenting er galt.",
                "Leveres sammen med ssbelevfag. Porten til ssbelevfag: Stengt: 1 regel",
                "  FATAL    SUM-001  ",
                ": Rader er borte uten grunn. Stopp leveransen og meld fra",
                "Leveranse nr. 1 fra før står som den er, og ingenting nytt er publisert.",
                "rett det rapporten sier, legg de nye filene i ",
            ],
            id="another shuts the gate",
        ),
        pytest.param(closed, FOERSTE, ["er lukket."], id="closed"),
        pytest.param(misspelt, FOERSTE, ["Leses ikke", "Mente du"], id="a misspelt folder"),
    ],
)
def test_it_says_what_a_delivery_waits_for(
    gjoer: Callable[[Pipeline], None], partisjon: Partisjon, sagt: list[str], pipeline: Pipeline
) -> None:
    gjoer(pipeline)
    tekst = "\n".join(why_delivery(pipeline, pipeline.register.leveranse("ssbelev"), partisjon))
    assert [s for s in sagt if s not in tekst] == [], tekst


def test_a_delivery_is_told_of_in_its_own_words_and_what_goes_along_beside_it(
    pipeline: Pipeline,
) -> None:
    shut_companion(pipeline)
    [runde] = [
        r
        for r in rounds(pipeline, date(2025, 10, 20))
        if (r.flyt, r.runde) == ("oktober", FOERSTE.runde)
    ]
    sagt = {stamme: stand.merknad.splitlines() for stamme, stand in runde.leveranser}
    assert sagt["ssbelevfag"] == ["Porten er stengt av SUM-001. Rett feilene og kjør på nytt."]
    assert sagt["ssbelev"][0].startswith("Porten er åpen, men leveransen holdes tilbake")
    assert sagt["ssbelev"][1:] == [
        "ssbelevfag 2025-2026|1-levering: porten er stengt av SUM-001. "
        "Rett feilene og kjør på nytt."
    ]
    assert runde.tilstand == "stengt"
    # What was published before the gate was shut is not taken back.
    assert {stand.staar_nr for _, stand in runde.leveranser} == {1}


def test_the_gravest_that_shut_a_gate_are_told_with_where_most_of_it_is() -> None:
    syv = [
        Brudd(f"AAA-00{n}", "Galt", "FEIL", "Rett det.", 6, {"03": 1, "46": 3, "55": 1, "56": 1})
        for n in range(7)
    ]
    linjer = [*told(syv, date(2025, 10, 1))]
    assert linjer[0] == (
        "  FEIL     AAA-000  6 rader (Vestland 3, Oslo 1, Troms 1 og 1 til): Galt. Rett det."
    )
    assert linjer[-1] == "  og 2 regler til, som står i kontrollrapporten."
    assert len(linjer) == 6


def test_what_was_closed_long_ago_is_told_of_only_when_asked_for(pipeline: Pipeline) -> None:
    close(pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1)

    def closed(dag: date, skoleaar: str = "") -> list[str]:
        return [r.runde for r in rounds(pipeline, dag, skoleaar) if r.tilstand == "lukket"]

    assert closed(date(2027, 7, 31)) == [FOERSTE.runde]
    assert closed(date(2027, 8, 1)) == []
    assert closed(date(2027, 8, 1), FOERSTE.skoleaar) == [FOERSTE.runde]
