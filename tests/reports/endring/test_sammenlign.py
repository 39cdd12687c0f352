"""What changed between two deliveries, written out by hand."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.endring.leverte import (
    ENDELIG,
    FOERSTE,
    I_FJOR,
    REGLER,
    SSBELEV,
    Rad,
    deliver,
    draw,
    rows,
)
from vigo_pipeline.engine.store import read_table, write_table
from vigo_pipeline.reports.endring import schema
from vigo_pipeline.reports.endring.compare import compare
from vigo_pipeline.reports.endring.pairs import NotComparable, paired
from vigo_pipeline.reports.endring.schema import Endring

TALL = ("foer", "etter", "nye", "fjernet", "endret")
FOER = rows("""
fnr         skolenr programomraadekode avgiverfylke elevstatus kursprosent elevnavn
01810012345 03072   STUSP1----         03           E          100.0       Ås,Ann
02810012345 03072   STUSP1----         03           E          100.0       Bø,Bo
03810012345 03072   STUSP1H---         03           D          50.0        Vå,Siv
04810012345 18014   BABAT1----         18           E          100.0       Li,Pia
05810012345 18014   BABAT1----         18           E          -           Li,Per
""")
ETTER = rows("""
fnr         skolenr programomraadekode avgiverfylke elevstatus kursprosent elevnavn
01810012345 03072   STUSP1----         03           S          100.0       Ås,Ann
02810012345 03072   STUSP1----         03           E          100.0       Bø,Bo
03810012345 03072   STUSP1H---         03           S          60.0        Vå,Siv
05810012345 18014   BABAT1----         18           E          100.0       -
06810012345 18014   HSHSF1----         18           E          100.0       Ek,Kim
""")


@pytest.fixture
def endring(tmp_path: Path) -> Endring:
    fra = deliver(tmp_path, FOERSTE, FOER, funn={"STAT-002": 7, "DATO-019": 2})
    til = deliver(tmp_path, ENDELIG, ETTER, funn={"STAT-002": 4, "PROG-002": 1}, kontrakt="k2")
    return compare(SSBELEV, fra, til, REGLER)


def drawn(tekst: str) -> str:
    return tekst.strip()


class TestRounds:
    def test_rows_and_persons(self, endring: Endring) -> None:
        assert endring.antall == {
            "nye": 1,
            "fjernet": 1,
            "endret": 3,
            "uendret": 1,
            "nye personer": 1,
            "personer borte": 1,
        }

    def test_per_fylke(self, endring: Endring) -> None:
        assert draw(endring.per_fylke, "fylke", *TALL) == drawn("""
fylke foer etter nye fjernet endret
18    2    2     1   1       1
03    3    3     0   0       2
""")

    def test_per_skole(self, endring: Endring) -> None:
        assert draw(endring.per_skole, "fylke", "skolenr", *TALL) == drawn("""
fylke skolenr foer etter nye fjernet endret
18    18014   2    2     1   1       1
03    03072   3    3     0   0       2
""")

    def test_per_programomraade_whatever_the_variant(self, endring: Endring) -> None:
        assert draw(endring.per_programomraade, "programomraade", *TALL) == drawn("""
programomraade foer etter nye fjernet endret
BABAT1         2    1     0   1       1
STUSP1         3    3     0   0       2
HSHSF1         0    1     1   0       0
""")

    def test_per_column(self, endring: Endring) -> None:
        endret = {r["kolonne"]: r["endret"] for r in endring.per_kolonne.to_pylist()}
        assert {k: n for k, n in endret.items() if n} == {
            "elevstatus": 2,
            "kursprosent": 2,
            "elevnavn": 1,
        }
        egne = [k.variabel for k in SSBELEV.kolonner if not k.gjentar_forrige]
        assert {*endret} == {n for n in egne if n not in SSBELEV.noekkel}
        assert [*endret.values()] == sorted(endret.values(), reverse=True)

    def test_old_and_new_codes(self, endring: Endring) -> None:
        assert draw(endring.overganger, "kolonne", "foer", "etter", "antall") == drawn("""
kolonne    foer etter antall
elevstatus D    S     1
elevstatus E    S     1
""")

    def test_control_totals(self, endring: Endring) -> None:
        totaler = {
            r["hva"]: [r[n] for n in schema.AVSTEMMING] for r in endring.kontroll.to_pylist()
        }
        # Before + new - gone + changed = after, and nothing rests.
        assert totaler["rader"] == totaler["personer"] == [5, 1, 1, 0, 5, 0]
        assert totaler["sum Kursprosent"] == [350, 100, 100, 110, 460, 0]

    def test_how_each_rules_count_moved(self, endring: Endring) -> None:
        assert draw(endring.regler, "regel", "alvor", "foer", "etter", "endring") == drawn("""
regel    alvor    foer etter endring
STAT-002 FEIL     7    4     -3
DATO-019 ADVARSEL 2    0     -2
PROG-002 FEIL     0    1     1
""")
        assert all(r["tittel"] for r in endring.regler.to_pylist())

    def test_what_they_were_made_by(self, endring: Endring) -> None:
        ulike = [r for r in endring.forutsetninger.to_pylist() if not r["lik"]]
        assert ulike == [{"hva": "kontrakt og SQL", "foer": "k1", "etter": "k2", "lik": False}]

    def test_row_by_row(self, tmp_path: Path) -> None:
        fra, til = deliver(tmp_path, FOERSTE, FOER), deliver(tmp_path, ENDELIG, ETTER)
        with paired(SSBELEV, fra, til) as par:
            rader = {f: [(r[0], r[1], *r[-3:]) for r in par.rows(f)] for f in par.fylker()}
        assert rader == {
            "03": [
                ("endret", "01810012345", "elevstatus", "E", "S"),
                ("endret", "03810012345", "elevstatus", "D", "S"),
                ("endret", "03810012345", "kursprosent", "50.00", "60.00"),
            ],
            "18": [
                ("fjernet", "04810012345", None, None, None),
                ("endret", "05810012345", "elevnavn", "Li,Per", None),
                ("endret", "05810012345", "kursprosent", None, "100.00"),
                ("ny", "06810012345", None, None, None),
            ],
        }

    def test_a_row_that_has_moved_is_told_to_both_and_shown_to_one(self, tmp_path: Path) -> None:
        flyttet = [r | {"avgiverfylke": "18", "elevstatus": "S"} for r in FOER[:1]]
        fra = deliver(tmp_path, FOERSTE, FOER)
        til = deliver(tmp_path, ENDELIG, [*flyttet, *FOER[1:]])
        with paired(SSBELEV, fra, til) as par:
            rader = {f: [(r[0], r[1], *r[-3:]) for r in par.rows(f)] for f in par.fylker()}
        assert rader["03"] == [("flyttet", "01810012345", None, None, None)]
        assert ("endret", "01810012345", "elevstatus", "E", "S") in rader["18"]


class TestSkoleaar:
    """This year and last year: the skoleår is no part of the key."""

    @pytest.fixture
    def endring(self, tmp_path: Path) -> Endring:
        fra, til = deliver(tmp_path, I_FJOR, FOER), deliver(tmp_path, ENDELIG, ETTER)
        return compare(SSBELEV, fra, til, REGLER)

    def test_a_row_is_the_same_when_only_the_skoleaar_differs(self, endring: Endring) -> None:
        assert endring.antall["uendret"] == 1
        assert [endring.antall[n] for n in schema.ENDRINGER] == [1, 1, 3]

    def test_the_skoleaar_is_not_a_changed_column(self, endring: Endring) -> None:
        assert "skoleaar" not in endring.per_kolonne["kolonne"].to_pylist()

    def test_a_rule_that_was_not_in_force_has_no_count(self, tmp_path: Path) -> None:
        ny = REGLER[-1].model_copy(update={"gjelder_fra": "2025-2026"})
        fra = deliver(tmp_path / "a", I_FJOR, FOER)
        til = deliver(tmp_path / "b", ENDELIG, FOER, funn={ny.id: 3, "UKJENT-001": 1})
        regler = compare(SSBELEV, fra, til, [ny]).regler.to_pylist()
        assert [(r["regel"], r["foer"], r["etter"], r["endring"]) for r in regler] == [
            (ny.id, None, 3, None),
            ("UKJENT-001", 0, 1, 1),
        ]


class TestMarks:
    def test_every_table_has_its_declared_schema(self, endring: Endring) -> None:
        lovet = {
            "oversikt": schema.OVERSIKT,
            "kontroll": schema.KONTROLL,
            "forutsetninger": schema.FORUTSETNINGER,
            "per_fylke": schema.PER_FYLKE,
            "per_skole": schema.PER_SKOLE,
            "per_programomraade": schema.PER_PROGRAMOMRAADE,
            "per_kolonne": schema.PER_KOLONNE,
            "overganger": schema.OVERGANGER,
            "regler": schema.REGLER,
        }
        assert {navn: getattr(endring, navn).schema for navn in lovet} == lovet

    def test_no_person_is_in_what_is_counted(self, endring: Endring) -> None:
        tekst = str([t.to_pylist() for t in vars(endring).values() if isinstance(t, pa.Table)])
        for rad in (*FOER, *ETTER):
            assert str(rad["fnr"]) not in tekst
            assert rad["elevnavn"] is None or str(rad["elevnavn"]) not in tekst

    def test_what_is_no_code_is_not_repeated(self, tmp_path: Path) -> None:
        fra = deliver(tmp_path, FOERSTE, [r | {"rettstype": "Ås,Ann"} for r in FOER])
        til = deliver(tmp_path, ENDELIG, [r | {"rettstype": "F"} for r in FOER])
        assert draw(compare(SSBELEV, fra, til).overganger, "foer", "etter", "antall") == drawn("""
foer   etter antall
ukjent F     5
""")

    def test_nothing_has_changed_in_the_same_delivery(self, tmp_path: Path) -> None:
        mappe = deliver(tmp_path, FOERSTE, FOER)
        endring = compare(SSBELEV, mappe, mappe)
        assert endring.beroert == 0
        assert endring.antall["uendret"] == len(FOER)
        assert endring.overganger.num_rows == endring.regler.num_rows == 0

    def test_an_empty_delivery_can_be_compared(self, tmp_path: Path) -> None:
        tom, full = deliver(tmp_path, FOERSTE, []), deliver(tmp_path, ENDELIG, ETTER)
        assert compare(SSBELEV, tom, full).antall["nye"] == len(ETTER)
        assert compare(SSBELEV, full, tom).antall["fjernet"] == len(ETTER)

    def test_rows_with_the_same_key_are_paired_in_the_order_of_the_file(
        self, tmp_path: Path
    ) -> None:
        fra, til = (
            deliver(tmp_path, p, [FOER[0] | {"elevstatus": s} for s in statuser])
            for p, statuser in ((FOERSTE, "EDS"), (ENDELIG, "ED"))
        )
        antall = compare(SSBELEV, fra, til).antall
        assert (antall["uendret"], antall["fjernet"], antall["personer borte"]) == (2, 1, 0)

    def test_a_column_that_one_of_them_lacks_is_left_out(self, tmp_path: Path) -> None:
        fra, til = deliver(tmp_path, FOERSTE, FOER), deliver(tmp_path, ENDELIG, ETTER)
        smal = read_table(fra / "rader.parquet", "").drop_columns(["elevstatus", "avgiverfylke"])
        write_table(fra / "rader.parquet", smal)
        endring = compare(SSBELEV, fra, til)
        assert "elevstatus" not in endring.per_kolonne["kolonne"].to_pylist()
        assert sorted(endring.per_fylke["fylke"].to_pylist()) == ["03", "18", "ukjent"]

    def test_a_key_that_one_of_them_lacks_is_told(self, tmp_path: Path) -> None:
        fra, til = deliver(tmp_path, FOERSTE, FOER), deliver(tmp_path, ENDELIG, ETTER)
        smal = read_table(fra / "rader.parquet", "").drop_columns(["skolenr"])
        write_table(fra / "rader.parquet", smal)
        with pytest.raises(NotComparable, match="skolenr i nøkkelen"):
            compare(SSBELEV, fra, til)

    def test_another_file_is_told(self, tmp_path: Path) -> None:
        fra = deliver(tmp_path, FOERSTE, FOER, leveranse="ssbelevfag")
        with pytest.raises(NotComparable, match="ssbelevfag"):
            compare(SSBELEV, fra, deliver(tmp_path, ENDELIG, ETTER))


RADER = st.lists(
    st.fixed_dictionaries(
        {
            "fnr": st.sampled_from(["01810012345", "02810012345", "03810012345"]),
            "skolenr": st.sampled_from(["03072", "18014", None]),
            "programomraadekode": st.sampled_from(["STUSP1----", "STUSP1H---"]),
            "avgiverfylke": st.sampled_from(["03", "18", None]),
            "elevstatus": st.sampled_from(["E", "S", "", None]),
            "elevnavn": st.sampled_from(["Li, Per", "=1+1", "→", None]),
            "kursprosent": st.sampled_from(["0", "99.95", None]),
            "startdato": st.sampled_from(["2025-08-18", "2025-10-01", None]),
        }
    ),
    unique_by=lambda r: tuple(str(r[n]) for n in ("fnr", "skolenr", "programomraadekode")),
)
Noekkel = tuple[str | None, ...]


def by_key(mappe: Path, noekkel: tuple[str, ...]) -> dict[Noekkel, Rad]:
    """Return a delivery's rows as text, by key, without the skoleår when it is no part of that."""
    tabell = read_table(mappe / "rader.parquet", "")
    valgt = [n for n in SSBELEV.navn if n != "skoleaar" or n in noekkel]
    tekst = pa.table({n: tabell[n].cast(pa.string()) for n in valgt})
    return {tuple(r[n] for n in noekkel): r for r in tekst.to_pylist()}


@pytest.mark.slow(3)
@settings(max_examples=60)
@given(foer=RADER, etter=RADER, fjor=st.booleans())
def test_the_difference_applied_to_the_first_gives_the_second(
    tmp_path_factory: pytest.TempPathFactory, foer: list[Rad], etter: list[Rad], fjor: bool
) -> None:
    hjem = tmp_path_factory.mktemp("par")
    fra = deliver(hjem, I_FJOR if fjor else FOERSTE, foer)
    til = deliver(hjem, ENDELIG, etter)
    with paired(SSBELEV, fra, til) as par:
        # A row that has moved is told to the fylke it left as well, with no more than its key.
        alle = [r for f in par.fylker() for r in par.rows(f)]
        forskjell, noekkel = [r for r in alle if r[0] != "flyttet"], par.noekkel
    rader, fasit = by_key(fra, noekkel), by_key(til, noekkel)
    for hva, *nr, kolonne, gammel, ny in forskjell:
        if hva == "ny":
            assert rader.setdefault(tuple(nr), fasit[tuple(nr)]) is fasit[tuple(nr)]
        elif hva == "fjernet":
            del rader[tuple(nr)]
        else:
            assert rader[tuple(nr)][kolonne] == gammel != ny
            rader[tuple(nr)] |= {kolonne: ny}
    assert rader == fasit
