"""Loading: idempotent, in order, and every earlier watermark reads what it read before."""

import pytest

from tests.sentral import ENDELIG, FOERSTE, Sentral, account
from tests.skolefil import ANNEN_SKOLE, SKOLE, Skole, content, elev, fag, kurs, persons, tof
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.load.diff import Endring
from vigo_pipeline.engine.load.load import load
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.engine.receive.receive import artefact
from vigo_pipeline.engine.register import Register

EN, TO, TRE = persons(3)
INGEN = Endring(0, 0, 0)


def school(*fnr: str, skolenr: str | None = SKOLE, **felt: str) -> bytes:
    return Skole(dict.fromkeys(fnr, felt), skolenr).to_bytes()


def pupils(sentral: Sentral) -> list[object]:
    return sentral.column("elevkurs", "fnr")


def test_the_first_load_is_number_one(sentral: Sentral) -> None:
    lastet = sentral.load(school(EN, TO))
    assert lastet.nye_innlesinger == (1,)
    assert lastet.endringer["elevkursfag"] == Endring(2, 0, 0)
    (innlesing,) = sentral.ledger()
    assert (innlesing.status, innlesing.skolenr, innlesing.regnskap["elev"]) == (
        "godtatt",
        SKOLE,
        2,
    )
    assert sentral.watermark() == 1


def test_the_same_file_again_is_no_new_load(sentral: Sentral) -> None:
    sentral.load(school(EN, TO))
    foer = sentral.history()
    assert sentral.load().nye_innlesinger == ()
    assert (sentral.history(), len(sentral.ledger())) == (foer, 1)


def test_the_same_rows_in_a_newer_file_change_nothing(sentral: Sentral) -> None:
    elever = {EN: {}, TO: {}}
    sentral.load(Skole(elever).to_bytes())
    foer = sentral.history()
    lastet = sentral.load(Skole(elever, fildato="20251021").to_bytes())
    assert lastet.nye_innlesinger == (2,)
    assert set(lastet.endringer.values()) == {INGEN}
    assert sentral.history() == foer


def test_only_what_changed_gets_a_new_row(sentral: Sentral) -> None:
    sentral.load(school(EN, TO))
    lastet = sentral.load(Skole({EN: {}, TO: {"gateadresse": "Vei 2"}}).to_bytes())
    assert lastet.endringer["elev"] == Endring(0, 1, 0)
    assert lastet.endringer["elevkurs"] == INGEN
    assert sentral.column("elev", "gateadresse").count("Vei 2") == 1
    assert sentral.history()["elev"] == 3


def test_a_pupil_who_is_gone_from_a_complete_file_has_ended(sentral: Sentral) -> None:
    sentral.load(school(EN, TO))
    foer = sentral.everything()
    lastet = sentral.load(school(EN))
    assert lastet.endringer["elevkurs"] == lastet.endringer["elevkursfag"] == Endring(0, 0, 1)
    assert pupils(sentral) == [EN]
    # A person stays: another school may have reported the same one.
    assert len(sentral.rows("elev")) == 2
    assert sentral.everything(vannmerke=1) == foer


def test_a_pupil_may_come_back(sentral: Sentral) -> None:
    for elever in ((EN, TO), (EN,), (EN, TO)):
        sentral.load(school(*elever))
    assert sentral.history()["elevkurs"] == 3
    assert sentral.rows("elevkurs", 1) == sentral.rows("elevkurs", 3) != sentral.rows("elevkurs", 2)


def test_a_school_file_speaks_for_its_school_only(sentral: Sentral) -> None:
    sentral.load(school(EN), school(TO, skolenr=ANNEN_SKOLE))
    sentral.load(school(TRE))
    assert pupils(sentral) == sorted([TO, TRE])


def test_a_fylke_file_speaks_for_the_schools_in_it(sentral: Sentral) -> None:
    sentral.load(school(EN), school(TO, skolenr=ANNEN_SKOLE))
    sentral.load(school(TRE, skolenr=None))
    assert pupils(sentral) == sorted([TO, TRE])


def test_no_file_speaks_for_another_avgiver(sentral: Sentral) -> None:
    sentral.load(school(EN))
    sentral.load(school(TO, skolenr="11018"), avgiver="11")
    sentral.load(school(TO, skolenr=None), avgiver="11")
    assert EN in pupils(sentral)


def test_school_files_again_after_a_fylke_file_are_loaded(sentral: Sentral) -> None:
    skolefil = school(EN)
    for fil in (skolefil, school(TO, skolenr=None), skolefil):
        assert sentral.load(fil).nye_innlesinger
    assert pupils(sentral) == [EN]
    sentral.load(school(TO, skolenr=None))
    assert pupils(sentral) == [TO]


def test_there_and_back_in_a_round_is_three_loads(sentral: Sentral) -> None:
    a, b = school(EN), school(TO)
    numre = [sentral.load(fil).nye_innlesinger for fil in (a, b, a)]
    assert numre == [(1,), (2,), (3,)]
    assert pupils(sentral) == [EN]
    assert sentral.everything() | {"elev": []} == sentral.everything(vannmerke=1) | {"elev": []}


def test_only_the_changed_file_of_a_drop_is_new(sentral: Sentral) -> None:
    sentral.load(school(EN), school(TO, skolenr=ANNEN_SKOLE))
    assert sentral.load(school(TRE), school(TO, skolenr=ANNEN_SKOLE)).nye_innlesinger == (3,)
    assert pupils(sentral) == sorted([TO, TRE])


def test_a_person_in_two_avgivere_has_one_current_row(sentral: Sentral) -> None:
    sentral.load(school(EN))
    annen = Skole({EN: {"gateadresse": "Ny vei 9"}}, "11018").to_bytes()
    sentral.load(annen, avgiver="11")
    (rad,) = sentral.rows("elev")
    assert rad[-1] == "11"
    assert sentral.column("elev", "gateadresse") == ["Ny vei 9"]
    assert len(sentral.rows("elevkurs")) == 2
    # Either avgiver may run again without fighting over the person.
    assert not sentral.load().nye_innlesinger
    assert sentral.column("elev", "gateadresse") == ["Ny vei 9"]


def test_a_person_in_two_files_keeps_what_only_one_of_them_says(sentral: Sentral) -> None:
    annen = Skole({EN: {"gateadresse": ""}}, ANNEN_SKOLE).to_bytes()
    sentral.load(school(EN, gateadresse="Vei 1"), annen)
    assert sentral.column("elev", "gateadresse") == ["Vei 1"]


def test_fag_lines_with_the_same_key_are_merged_and_counted(sentral: Sentral) -> None:
    linjer = [tof(skolenr=SKOLE), elev(EN), kurs(EN)]
    fil = content(*linjer, fag(EN, elevtimer="100"), fag(EN, fagstatus="V"), fag(EN, termin="H"))
    sentral.drop({"fil.txt": fil})
    mottak = sentral.receive()
    assert account(mottak, "elevkursfag") == {
        "lest": 3,
        "avvist": 0,
        "slaatt_sammen": 2,
        "godtatt": 1,
    }
    assert sentral.load(fil).endringer["elevkursfag"] == Endring(1, 0, 0)
    # The last line wins, and a blank never overwrites.
    for kolonne, ventet in {"fagstatus": "E", "elevtimer": 100, "termin": "H"}.items():
        assert sentral.column("elevkursfag", kolonne) == [ventet]


class TestRejected:
    @pytest.fixture
    def regler(self, register: Register) -> list[object]:
        alle = register.regler("innrapportering", "oktober", "2025-2026")
        return [r for r in alle if r.id == "FIL-003"]

    def test_the_last_good_data_stay(self, sentral: Sentral, regler: list[object]) -> None:
        sentral.load(school(EN), regler=regler)
        foer = sentral.everything()
        lastet = sentral.load(school(TO) + b"noe annet\r\n", regler=regler)
        assert (lastet.nye_innlesinger, lastet.endringer) == ((2,), {})
        assert sentral.everything() == foer
        assert [i.status for i in sentral.ledger()] == ["godtatt", "avvist"]

    def test_it_is_recorded_once(self, sentral: Sentral, regler: list[object]) -> None:
        sentral.load(school(TO) + b"noe annet\r\n", regler=regler)
        assert sentral.load(regler=regler).nye_innlesinger == ()
        assert len(sentral.ledger()) == 1

    def test_the_good_file_beside_it_is_loaded(
        self, sentral: Sentral, regler: list[object]
    ) -> None:
        daarlig = school(TO, skolenr=ANNEN_SKOLE) + b"noe annet\r\n"
        sentral.load(school(EN), daarlig, regler=regler)
        assert pupils(sentral) == [EN]

    def test_it_does_not_move_a_round_that_has_passed(
        self, sentral: Sentral, regler: list[object]
    ) -> None:
        sentral.load(school(EN), regler=regler)
        sentral.load(school(TO), runde=ENDELIG, regler=regler)
        sentral.load(school(TRE) + b"noe annet\r\n", regler=regler)
        assert [r[0] for r in sentral.rows("elevkurs", sentral.watermark(FOERSTE))] == [EN]

    def test_a_declaration_may_take_its_place(self, sentral: Sentral, regler: list[object]) -> None:
        sentral.load(school(TO) + b"noe annet\r\n", regler=regler)
        sentral.drop({INGEN_ENDRINGER: b""})
        assert sentral.load(regler=regler).nye_innlesinger == (2,)


class TestRounds:
    def test_a_round_without_loads_has_no_watermark(self, sentral: Sentral) -> None:
        with pytest.raises(MissingInput, match="endelig"):
            sentral.watermark(ENDELIG)

    def test_what_was_never_read_cannot_be_loaded(self, sentral: Sentral) -> None:
        sentral.load(school(EN))
        mappe = artefact(sentral.samling, ENDELIG, "03", sentral.oppsett)
        unread = Artefakter(mappe, "oktober", ENDELIG, None)
        with pytest.raises(MissingInput, match="Kjør steget før"):
            load(sentral.engine, sentral.samling, ENDELIG, "03", unread)

    def test_the_same_file_in_the_next_round_is_a_load_without_change(
        self, sentral: Sentral
    ) -> None:
        sentral.load(school(EN))
        lastet = sentral.load(school(EN), runde=ENDELIG)
        assert lastet.nye_innlesinger == (2,)
        assert set(lastet.endringer.values()) == {INGEN}

    def test_running_an_earlier_round_again_changes_nothing(self, sentral: Sentral) -> None:
        sentral.load(school(EN))
        sentral.load(school(TO), runde=ENDELIG)
        foer = sentral.everything()
        assert sentral.load(runde=FOERSTE).nye_innlesinger == ()
        assert sentral.everything() == foer
        assert (sentral.watermark(FOERSTE), sentral.watermark(ENDELIG)) == (1, 2)

    def test_a_late_file_meets_the_rows_as_its_round_left_them(self, sentral: Sentral) -> None:
        sentral.load(school(EN))
        sentral.load(school(TO), runde=ENDELIG)
        lastet = sentral.load(school(EN, TRE), runde=FOERSTE)
        assert lastet.endringer["elevkurs"] == Endring(1, 0, 0)
        assert pupils(sentral) == sorted([EN, TRE])

    def test_a_declaration_stands_in_for_files(self, sentral: Sentral) -> None:
        sentral.load(school(EN))
        foer = sentral.everything()
        sentral.drop({INGEN_ENDRINGER: b""}, ENDELIG)
        assert sentral.load(runde=ENDELIG).nye_innlesinger == (2,)
        assert sentral.load(runde=ENDELIG).nye_innlesinger == ()
        assert [i.status for i in sentral.ledger(ENDELIG)] == ["ingen_endringer"]
        assert (sentral.everything(), sentral.watermark(ENDELIG)) == (foer, 2)

    def test_a_declaration_that_comes_late_changes_nothing(self, sentral: Sentral) -> None:
        sentral.load(school(EN), runde=ENDELIG)
        foer = sentral.everything()
        sentral.drop({INGEN_ENDRINGER: b""}, FOERSTE)
        assert sentral.load(runde=FOERSTE).nye_innlesinger == (2,)
        assert sentral.everything() == foer

    def test_files_weigh_more_than_a_declaration(self, sentral: Sentral) -> None:
        sentral.drop({INGEN_ENDRINGER: b"", "fil.txt": school(EN)})
        sentral.load()
        assert [i.status for i in sentral.ledger()] == ["godtatt"]

    def test_nothing_dropped_is_nothing_loaded(self, sentral: Sentral) -> None:
        assert sentral.load().nye_innlesinger == ()
        assert sentral.ledger() == []
