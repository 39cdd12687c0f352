"""A blank means what grensesnitt.toml says: keep, clear, or a value; a name is taken once."""

import pytest
import sqlalchemy as sa

from tests.sentral import Sentral
from tests.skolefil import AAR, OMRAADE, SKOLE, content, elev, fag, kurs, line, persons, tof
from vigo_pipeline.contract.grensesnitt import Post, grensesnitt
from vigo_pipeline.engine.database.tables import TABELLER

(EN,) = persons(1)
VERDI = {"tekst": "1", "elevnavn": "Å", "fnr": "1", "heltall": "1", "dato": "20251001"}
BROKEN = "Bjørnås Kari".encode().decode("iso-8859-1")
POSTER = list(grensesnitt().poster().values())


def file(post: Post, *, fylt: bool) -> bytes:
    """Return a file with one pupil; every imported value of one post is filled, or blank."""
    fulle = {n: VERDI.get(n, VERDI[k.innhold.type]) for k in post.verdier if (n := k.variabel)}
    verdier = fulle if fylt else dict.fromkeys(fulle, "")
    felt = {p.kode: verdier if p == post else {} for p in POSTER}
    linjer = [elev(EN, **felt["$EL"]), kurs(EN, **felt["$EK"]), fag(EN, **felt["$KL"])]
    if post.kode == "$VM":
        noekkel = {"fnr": EN, "skoleaar": AAR, "skolenr": SKOLE, "programomraadekode": OMRAADE}
        linjer.append(line("$VM", vmm_kode="VMM01", **noekkel | verdier))
    return content(tof(skolenr=SKOLE), *linjer)


def values(sentral: Sentral, post: Post) -> dict[str, object]:
    """Return the one row in force, without its key."""
    navn = [k.variabel or "" for k in post.verdier]
    return {n: verdi for n in navn for verdi in sentral.column(post.tabell, n)}


@pytest.mark.parametrize("post", POSTER, ids=[p.tabell for p in POSTER])
def test_a_blank_does_what_the_interface_says(sentral: Sentral, post: Post) -> None:
    sentral.load(file(post, fylt=True))
    foer = values(sentral, post)
    sentral.load(file(post, fylt=False))
    ventet = {}
    for kolonne in post.verdier:
        navn, regel = kolonne.variabel or "", grensesnitt().ved_blank(kolonne)
        ventet[navn] = {"behold": foer[navn], "blank": None}.get(regel, regel)
    assert None not in foer.values()
    assert values(sentral, post) == ventet


def test_the_interface_clears_keeps_and_replaces() -> None:
    regler = {k.variabel: grensesnitt().ved_blank(k) for p in POSTER for k in p.verdier}
    assert regler["morsmaalskode"] == "behold"
    assert regler["avbruddsdato"] == "blank"
    assert regler["fullfoertkode"] == "X"


def test_a_name_is_taken_only_while_there_is_none(sentral: Sentral) -> None:
    for navn in ("", "Berg Kari", "Dahl Kari"):
        sentral.load(content(tof(skolenr=SKOLE), elev(EN, elevnavn=navn), kurs(EN), fag(EN)))
    assert sentral.column("elev", "elevnavn") == ["Berg Kari"]


def test_an_address_is_taken_every_time(sentral: Sentral) -> None:
    for vei in ("Vei 1", "Vei 2", ""):
        sentral.load(content(tof(skolenr=SKOLE), elev(EN, gateadresse=vei), kurs(EN), fag(EN)))
    assert sentral.column("elev", "gateadresse") == ["Vei 2"]


def test_a_blank_that_keeps_is_no_new_row(sentral: Sentral) -> None:
    for vei in ("Vei 1", ""):
        sentral.load(content(tof(skolenr=SKOLE), elev(EN, gateadresse=vei), kurs(EN), fag(EN)))
    assert sentral.history()["elev"] == 1


def name(sentral: Sentral, elevnavn: str) -> list[object]:
    """Let a pupil be delivered by a name, and return the name that is kept."""
    # The street is what it should be, or the whole file would be taken for UTF-8.
    person = elev(EN, elevnavn=elevnavn, gateadresse="Vøien 1")
    sentral.load(content(tof(skolenr=SKOLE), person, kurs(EN), fag(EN)))
    return sentral.column("elev", "elevnavn")


def test_a_broken_name_is_not_kept_and_gives_way_to_the_right_one(sentral: Sentral) -> None:
    assert name(sentral, BROKEN) == [None]
    assert name(sentral, "Bjørnås Kari") == ["Bjørnås Kari"]
    assert name(sentral, "Bj?rn?s Kari") == ["Bjørnås Kari"]


@pytest.mark.parametrize(
    ("foer", "etter"),
    [
        *((navn, "Bjørnås Kåre") for navn in (BROKEN, "Bj|rn}s Kari", "Bjo/rna*s Kari", "Bj0rnås")),
        *((navn, "Bjørnås Kåre") for navn in ("Bjørnås  Kari", "Bjørnås Kari (slutta)")),
        *((navn, navn) for navn in ("O’Brien Per A.", "Nguyễn Ánh", "Иванов Пётр", "al-'Abd Å")),
    ],
)
def test_a_name_from_before_it_was_looked_for_gives_way_when_it_is_broken(
    foer: str, etter: str, sentral: Sentral
) -> None:
    name(sentral, "Bjørnås Kari")
    elever = TABELLER["elev"]
    with sentral.engine.begin() as con:
        con.execute(sa.update(elever).values(elevnavn=foer, kilde_hash=0))
    assert name(sentral, "Bjørnås Kåre") == [etter]


@pytest.mark.parametrize("navn", ["}sen Bj|rn", "Åsen Bj_rn", "Åsen Bj+APg-rn", "Åsen Bj0rn"])
def test_a_name_with_a_sign_that_no_name_has_is_not_kept(navn: str, sentral: Sentral) -> None:
    assert name(sentral, navn) == [None]
    assert name(sentral, "Åsen Bjørn (slutta)  Ås") == ["Åsen Bjørn Ås"]


def test_of_two_lines_in_a_file_the_one_with_a_whole_name_counts(sentral: Sentral) -> None:
    like = (elev(EN, elevnavn=navn) for navn in ("Bj?rn?s Kari", "Bjørnås Kari"))
    sentral.load(content(tof(skolenr=SKOLE), *like, kurs(EN), fag(EN)))
    assert sentral.column("elev", "elevnavn") == ["Bjørnås Kari"]
