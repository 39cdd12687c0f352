"""The pieces: numbers in bulk, sets of fag, whole shares, lines by the contract."""

import numpy as np
import pyarrow as pa
import pytest

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.contract.publisert import elever_per_fylke
from vigo_pipeline.domain.fnr import classify
from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.fagvalg import Fagplass, make_packages
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag
from vigo_pipeline.syntetisk.feil.status import not_only_o
from vigo_pipeline.syntetisk.forutsetning import fakta, forutsetninger, slag
from vigo_pipeline.syntetisk.navn import names
from vigo_pipeline.syntetisk.skriv import lines


@pytest.mark.parametrize("aar", [1966, 1999, 2000, 2009])
def test_a_pool_holds_only_valid_synthetic_numbers_of_its_year(aar):
    fnr, _, _ = personnummer.pool(aar)
    utvalg = classify(pa.array([f"{n:011}" for n in fnr[::97].tolist()]))
    assert set(utvalg["slag"].to_pylist()) == {"ordinaert"}
    assert all(utvalg["syntetisk"].to_pylist())
    assert {d.year for d in utvalg["foedselsdato"].to_pylist()} == {aar}
    assert len(np.unique(fnr)) == len(fnr) > 140_000


def test_no_number_is_drawn_twice():
    fnr, _, _ = personnummer.draw(2008, 12345, np.arange(100_000))
    assert len(np.unique(fnr)) == 100_000


def test_neighbours_in_a_school_have_birthdays_all_over_the_year():
    _, dag, _ = personnummer.draw(2008, 0, np.arange(60))
    assert len({int(d) // 31 for d in dag}) > 9


def test_more_persons_than_numbers_is_refused():
    with pytest.raises(IndexError):
        personnummer.draw(2008, 0, np.array([200_000]))


def test_names_of_one_day_are_all_different():
    individ = np.arange(500, 1000)
    navn, rettet = names(np.full(500, 42), individ)
    assert len(set(navn.to_pylist())) == 500
    assert not set(navn.to_pylist()) & set(rettet.to_pylist())


def test_every_name_can_be_written_in_the_encoding():
    dager, individ = np.repeat(np.arange(366), 500), np.tile(np.arange(500), 366)
    for navn in names(dager, individ):
        " ".join(set(navn.to_pylist())).encode("iso-8859-1")


def test_packages_fill_the_year_and_never_more():
    plasser = [
        Fagplass("FAST001", 60, fast=True, elevtimer=False),
        *(Fagplass(f"VALG00{i}", 20, fast=False, elevtimer=False) for i in range(5)),
    ]
    pakker = make_packages("STUSP1----", plasser, 100, 12)
    assert len(pakker) > 1
    assert all(sum(f.timer for f in p) == 100 and p[0].fast for p in pakker)
    assert pakker == make_packages("STUSP1----", reversed(plasser), 100, 12)


def test_a_line_has_every_field_of_the_contract():
    post = grensesnitt().poster()["$KL"]
    linje = lines(post, {"fnr": pa.array(["01810012345"]), "fagkode": "NOR1267"})
    assert linje.count(b";") == post.antall_felt - 1
    assert linje.startswith(b"$KL;01810012345;;;;NOR1267;")
    assert linje.endswith(b"\r\n")


def test_a_variable_that_the_post_lacks_is_refused():
    with pytest.raises(KeyError, match="fagkode"):
        lines(grensesnitt().poster()["$EL"], {"fagkode": "NOR1267"})


def test_a_letter_that_the_encoding_lacks_is_refused():
    with pytest.raises(UnicodeEncodeError):
        lines(grensesnitt().poster()["$EL"], {"elevnavn": pa.array(["Čálliid Áilu"])})


def test_one_rule_has_one_kind_of_defect():
    with pytest.raises(ValueError, match="STAT-011"):
        feilslag("STAT-011", Nivaa.GODTAS)(not_only_o)


def test_shares_add_up():
    assert all(sum(t) == pytest.approx(1) for t in forutsetninger().trinn.values())
    assert sum(forutsetninger().alder.eldre) == pytest.approx(1)
    assert sum(s.andel for s in slag()) < 0.5


def test_facts_are_dated_marked_and_sourced():
    for rader in (elever_per_fylke(), fakta("elever_per_skole"), fakta("soekere")):
        assert all(r["merke"] == "C" and r["kilde"] for r in rader)
