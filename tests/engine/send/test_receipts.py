"""What a receiver answers is entered on what it is of, and nothing else; the rest is told."""

import json
import os
import re
import unicodedata
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.send.mottakeren import gpg
from tests.engine.send.sshtjener import ssh_server
from tests.engine.send.test_approval import approve_all, send_one, state
from tests.engine.send.test_channels import NAVN, with_channel
from tests.sentral import FOERSTE
from tests.utgitt import published
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send import receipts
from vigo_pipeline.engine.send.channel_file import Felt, Kvitteringer
from vigo_pipeline.engine.send.handovers import AVVIST
from vigo_pipeline.engine.send.receipt import NotSent
from vigo_pipeline.engine.send.receipt_form import (
    HOEYST_BYTES,
    HOEYST_FILER,
    HOEYST_TEGN,
    Kvittering,
    NoReceipts,
    Svarfil,
    UnreadableReceipt,
    parse,
    receipts_among,
    shown,
)
from vigo_pipeline.engine.send.receipts import Svar, fetch, lying_there
from vigo_pipeline.engine.send.status import demand_acknowledged, where_it_stands
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.reports.nettsted.delivery import deliveries
from vigo_pipeline.reports.nettsted.ledger import read_ledger
from vigo_pipeline.reports.varsel.progress import where_round_stands

BEGGE = """\
[kanal.SSB]
type = "mappe"
kvitteringer.mappe = "fra-ssb"

[kanal.Udir]
type = "mappe"
kvitteringer.mappe = "fra-udir"
kvitteringer.felt.utfall = "status"
kvitteringer.mottatt = ["ok"]
kvitteringer.avvist = ["feil"]
"""
FNR = "17912099997"


class Mottakere:
    """Two receivers that have got a delivery in the outbox, and answer in folders of their own."""

    def __init__(self, pipeline: Pipeline, rot: Path) -> None:
        self.mapper = {"SSB": rot / "fra-ssb", "Udir": rot / "fra-udir"}
        for mappe in self.mapper.values():
            mappe.mkdir(parents=True)
        fil = rot / "kanaler.toml"
        fil.write_text(BEGGE, "utf-8")
        oppsett = pipeline.oppsett.model_copy(update={"kanaler": fil})
        self.pipeline = Pipeline(pipeline.register, oppsett)
        [utgitt] = published(self.pipeline, "ssbelev", FOERSTE)
        self.sum = json.loads((utgitt / "manifest.json").read_bytes())["fil_sha256"]

    def answer(self, mottaker: str, navn: str = "svar.json", **felt: object) -> Svar:
        """Let a receiver put a receipt of the delivery in its folder, and take it in."""
        alt = {"sha256": self.sum, "fil": "ssbElev.csv", "leveranse_nr": 1} | felt
        (self.mapper[mottaker] / navn).write_text(json.dumps(alt), "utf-8")
        return fetch(self.pipeline)

    def outcome(self, svar: Svar) -> list[str]:
        return [t.utfall for t in svar.tatt]


@pytest.fixture
def mottakere(sent: Pipeline, tmp_path: Path) -> Mottakere:
    return Mottakere(sent, tmp_path / "kanaler")


def test_each_receipt_is_entered_once_on_what_it_is_of(mottakere: Mottakere) -> None:
    pipeline = mottakere.pipeline
    svar = mottakere.answer("SSB", utfall="mottatt", referanse="2025-4711")
    assert mottakere.outcome(svar) == ["kvittert"]
    assert (state(pipeline), svar.ukjente, svar.feil) == ("sendt", [], [])
    assert mottakere.outcome(mottakere.answer("Udir", status="ok")) == ["kvittert"]
    assert state(pipeline) == "kvittert"
    stand = where_it_stands(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    ført = {(h.mottaker, h.hvem, h.merknad) for h in stand.hendelser if h.hendelse == "kvittert"}
    assert ført == {("SSB", "SSB", "2025-4711"), ("Udir", "Udir", "svar.json")}
    # It is looked at once, also under another name.
    (mottakere.mapper["SSB"] / "svar.json").rename(mottakere.mapper["SSB"] / "igjen.json")
    assert fetch(pipeline).tatt == []
    beholdt = [*(pipeline.oppsett.begrenset / "kvitteringer").rglob("*.json")]
    assert len(beholdt) == 2
    assert {f.stat().st_mode & 0o777 for f in beholdt} == {0o600}
    assert verify_all(pipeline, Utvalg()).feil == []


def test_what_is_rejected_is_told_everywhere_until_the_receiver_takes_it(
    mottakere: Mottakere,
) -> None:
    pipeline = mottakere.pipeline
    svar = mottakere.answer(
        "SSB", utfall="avvist", merknad=f"Linje 3:\nfeil tegnsett for {FNR} <b>her</b>"
    )
    mottakere.answer("Udir", status="ok")
    assert [t.avvist for t in svar.tatt] == [True]
    stand = where_it_stands(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    assert (stand.tilstand, stand.mangler) == (AVVIST, ("SSB",))
    ord_ = "Hva SSB skriver, sier «vigo status»."
    assert (stand.svar, ord_ in stand.merknad) == (ord_, True)
    skrevet = "Linje 3: feil tegnsett for *********** <b>her</b>"
    assert skrevet in {h.merknad for h in stand.hendelser}
    assert f"(svar.json): {skrevet}" in svar.tatt[0].i_skallet
    runde = where_round_stands(pipeline, "oktober", FOERSTE)
    [venter] = [v for v in runde.usendt if v.leveranse == "ssbelev"]
    assert venter.venter_paa == f"avvist av SSB ({ord_})"
    leveranse, bok = pipeline.register.leveranse("ssbelev"), read_ledger(pipeline.engine)
    [paa_nettstedet] = deliveries(pipeline, bok, leveranse, FOERSTE)
    assert ord_ in paa_nettstedet.staar
    assert "tegnsett" not in f"{stand.svar} {stand.merknad} {venter.venter_paa} {svar.tatt[0]}"
    with pytest.raises(NotSent, match="avvist av mottaker, ikke kvittert av SSB"):
        demand_acknowledged(pipeline, [leveranse], FOERSTE)
    # The last that it says holds.
    mottakere.answer("SSB", "nytt.json", utfall="mottatt", merknad="Vi tok feil.")
    assert state(pipeline) == "kvittert"


NAVNET = "Nystø Mihkkal Kvåle"
SKREVET = [
    *("feil for nystø mihkkal kvåle, se fag", "Mihkkals rad", "KVÅLES fag", "Nystø-Kvåle mangler"),
    *(
        "Mihkkal’s og Mihkkal's rad",
        "Kva\u030ale",
        "Nystoe og Kvaale",
        "Mihk\u00adkal",
        "nystø_kvåle",
    ),
]


def test_a_pupil_whom_the_receiver_names_is_not_told_of(mottakere: Mottakere) -> None:
    pipeline, elev = mottakere.pipeline, TABELLER["elev"]
    with pipeline.engine.begin() as con:
        en = con.execute(sa.select(elev.c.fnr, elev.c.innlest_av).limit(1)).one()
        con.execute(sa.text("set local session_replication_role = replica"))
        con.execute(elev.update().where(elev.c.fnr == en.fnr).values(elevnavn=NAVNET))
    # Somebody whom no table names, and a text without end.
    ukjent, resten = "Ellá Ukjent", "x " * 30_000
    for nr, skrevet in enumerate(SKREVET):
        svar = mottakere.answer(
            *("SSB", f"{nr}-nystø mihkkal.json"),
            utfall=("avvist", "mottatt")[nr % 2],
            merknad=f"{skrevet} av {ukjent} {resten}",
            referanse=f"sak {skrevet}",
        )
        [tatt] = svar.tatt
        stand = where_it_stands(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
        i_skallet = f"{tatt.i_skallet} {stand.hendelser[0].merknad}"
        assert f"{nr}-*** ***.json" in i_skallet
        assert not re.search("nyst|mihk|kv[aå]", i_skallet, re.IGNORECASE)
        assert "…" in i_skallet
        assert len(i_skallet) < 3 * HOEYST_TEGN
        for aapent in (str(tatt), stand.svar, stand.merknad):
            assert not re.search(f"json:|fag|rad|{ukjent}", aapent)


def test_the_last_that_was_written_holds(mottakere: Mottakere) -> None:
    for navn, utfall, tid in (("a.json", "mottatt", 2000), ("z.json", "avvist", 1000)):
        fil = mottakere.mapper["SSB"] / navn
        fil.write_text(json.dumps({"sha256": mottakere.sum, "utfall": utfall}), "utf-8")
        os.utime(fil, (tid, tid))
    assert mottakere.outcome(fetch(mottakere.pipeline)) == [AVVIST, "kvittert"]
    assert state(mottakere.pipeline) == "sendt"


@pytest.mark.parametrize(
    "annet",
    [
        {"sha256": "0" * 64},
        {"leveranse_nr": 2},
        {"fil": "ssbElevfag.csv"},
        {"fil": f"{FNR}.csv"},
    ],
)
def test_a_receipt_of_what_was_not_sent_is_kept_and_told(
    mottakere: Mottakere, annet: dict[str, object]
) -> None:
    svar = mottakere.answer("SSB", f"{FNR}.json", utfall="mottatt", **annet)
    assert mottakere.outcome(svar) == ["fremmed"]
    assert len(svar.ukjente) == 1
    assert FNR not in str(svar)
    assert state(mottakere.pipeline) == "sendt"
    # Until it is taken away there; it is kept here.
    (mottakere.mapper["SSB"] / f"{FNR}.json").unlink()
    assert fetch(mottakere.pipeline) == Svar([], [], [])
    assert [*(mottakere.pipeline.oppsett.begrenset / "kvitteringer" / "SSB").iterdir()]


def test_one_folder_that_cannot_be_read_holds_nothing_back(mottakere: Mottakere) -> None:
    mottakere.mapper["SSB"].rmdir()
    (mottakere.mapper["Udir"] / "svar.json.part").write_bytes(b"{")
    svar = mottakere.answer("Udir", status="ok")
    assert [type(f) for f in svar.feil] == [NoReceipts]
    assert mottakere.outcome(svar) == ["kvittert"]
    with pytest.raises(NoReceipts, match="kan ikke leses"):
        lying_there(mottakere.pipeline)


def test_a_link_is_not_followed_and_is_told(mottakere: Mottakere) -> None:
    mappe = mottakere.mapper["SSB"]
    (mappe.parent / "svar.json").write_text(
        json.dumps({"sha256": mottakere.sum, "utfall": "avvist"}), "utf-8"
    )
    (mappe / f"{FNR}.json").symlink_to(mappe.parent / "svar.json")
    # It holds nothing back, and is told until it is taken away.
    svar = mottakere.answer("SSB", utfall="mottatt")
    assert mottakere.outcome(svar) == ["kvittert"]
    for igjen in (svar, fetch(mottakere.pipeline)):
        [feil] = igjen.feil
        assert "fra SSB ligger en lenke" in str(feil)
        # Which one is said in a shell only.
        assert igjen.lenker == ["SSB: ***********.json"]


def test_the_same_answer_spelt_otherwise_is_entered_once(mottakere: Mottakere) -> None:
    alt = {"sha256": mottakere.sum, "utfall": "mottatt", "leveranse_nr": 1}
    andre = [
        json.dumps(alt, indent=2).encode(),
        json.dumps(dict(reversed(alt.items()))).encode("utf-8-sig"),
        json.dumps(alt | {"sha256": mottakere.sum.upper(), "leveranse_nr": "1"}).encode(),
    ]
    assert mottakere.outcome(mottakere.answer("SSB", "en.json", utfall="mottatt")) == ["kvittert"]
    for nr, innhold in enumerate(andre):
        (mottakere.mapper["SSB"] / f"{nr}.json").write_bytes(innhold)
    assert fetch(mottakere.pipeline) == Svar([], [], [])
    leveranse = mottakere.pipeline.register.leveranse("ssbelev")
    alle = where_it_stands(mottakere.pipeline, leveranse, FOERSTE).hendelser
    assert [h.hendelse for h in alle].count("kvittert") == 1
    # Each is kept all the same.
    assert len([*(mottakere.pipeline.oppsett.begrenset / "kvitteringer" / "SSB").iterdir()]) == 4


def test_an_answer_that_is_given_again_after_another_one_holds(mottakere: Mottakere) -> None:
    for navn, utfall in (("a", "mottatt"), ("b", "avvist"), ("c", "mottatt")):
        svar = mottakere.answer("SSB", f"{navn}.json", utfall=utfall, referanse="A-1", tid=navn)
        assert mottakere.outcome(svar) == ["kvittert" if utfall == "mottatt" else AVVIST]
    stand = where_it_stands(
        mottakere.pipeline, mottakere.pipeline.register.leveranse("ssbelev"), FOERSTE
    )
    assert (stand.svar, stand.mangler) == ("", ("Udir",))


@pytest.mark.parametrize(
    "navn", ["svar.json.part", "svar.crdownload", "~svar.json~", ".svar.json", "Thumbs.db"]
)
def test_what_is_begun_or_left_behind_is_no_receipt(navn: str) -> None:
    assert receipts_among([navn, "svar.json"], "ut") == ["svar.json"]


def test_more_receipts_than_are_looked_at_are_told(
    mottakere: Mottakere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vigo_pipeline.engine.send.receipt_form.HOEYST_FILER", 1)
    mottakere.answer("SSB", "en.json", utfall="mottatt")
    svar = mottakere.answer("SSB", "to.json", utfall="mottatt", merknad="en til")
    assert [type(f) for f in svar.feil] == [NoReceipts]
    assert HOEYST_FILER > 1


@pytest.mark.fault("killed", "send")
def test_who_is_stopped_before_the_receipt_is_entered_enters_nothing_twice(
    mottakere: Mottakere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as m, pytest.raises(KeyboardInterrupt):
        m.setattr(receipts, "insert", stopped)
        mottakere.answer("SSB", utfall="mottatt")
    assert mottakere.outcome(fetch(mottakere.pipeline)) == ["kvittert"]
    leveranse = mottakere.pipeline.register.leveranse("ssbelev")
    alle = where_it_stands(mottakere.pipeline, leveranse, FOERSTE).hendelser
    assert [h.hendelse for h in alle].count("kvittert") == 1


def test_a_receipt_comes_back_by_the_line_that_the_delivery_went_by(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    with ssh_server() as tjener, gpg(tmp_path) as noekkel:
        over = with_channel(pipeline, tjener, noekkel)
        approve_all(over)
        send_one(over)
        fil = over.oppsett.kanaler
        assert fil is not None
        tekst = fil.read_text("utf-8").replace("forsoek = 1\n", 'kvitteringer.mappe = "ut"\n')
        fil.write_text(tekst, "utf-8")
        assert len(fetch(over).feil) == 1
        (tjener.inn / "ut").mkdir()
        navn = NAVN.format("ssbElev.csv")
        [kryptert] = [f for f in tjener.inn.glob("*.pgp") if f.name == navn]
        sum_ = receipts.fingerprint(kryptert.read_bytes())
        svar = {"fil": navn, "sha256": sum_, "utfall": "mottatt", "referanse": "A-1"}
        (tjener.inn / "ut" / "A-1.json").write_text(json.dumps(svar), "utf-8")
        assert [str(t) for t in fetch(over).tatt] == [
            f"SSB: ssbelev {FOERSTE} nr. 1 er kvittert. Kvitteringen ligger i den begrensede "
            f"mappa, kvitteringer/SSB/{receipts.fingerprint(json.dumps(svar).encode())}.json."
        ]
        (tjener.inn / "ut" / "B-1.json").symlink_to(tjener.inn / "ut" / "A-1.json")
        assert fetch(over).lenker == ["SSB: B-1.json"]


FORM = Kvitteringer(mappe="x", felt=Felt(sha256="sum"))


@pytest.mark.parametrize(
    "innhold",
    [
        b"",
        b"\xff\xfe{",
        b"[" * 100_000,
        b"[]",
        b"{" + b" " * HOEYST_BYTES + b"}",
        b'{"utfall": "mottatt"}',
        b'{"sum": "abc", "utfall": "mottatt"}',
        b'{"sum": true, "utfall": "mottatt"}',
        b'{"sum": "%s", "utfall": "kanskje"}' % (b"0" * 64),
        b'{"sum": "%s", "utfall": "mottatt", "utfall": "avvist"}' % (b"0" * 64),
        b'{"sum": "%s", "utfall": "mottatt", "fil": ["x"]}' % (b"0" * 64),
        *(
            b'{"sum": "%s", "utfall": "mottatt", "leveranse_nr": %s}' % (b"0" * 64, nr)
            for nr in (b"-1", b"0", b"1.4", b"[2]", b"{}", b"NaN", b"true", b"null", b'""')
        ),
    ],
)
def test_what_is_no_receipt_says_why_and_not_what_stands_there(innhold: bytes) -> None:
    with pytest.raises(UnreadableReceipt) as feil:
        parse(Svarfil("x", innhold), FORM)
    assert "kanskje" not in str(feil.value)


def test_a_receipt_says_what_its_receiver_calls_it() -> None:
    innhold = b'\xef\xbb\xbf{"sum": "%s", "utfall": "avvist", "annet": [1]}' % (b"A" * 64)
    assert parse(Svarfil("x", innhold), FORM) == Kvittering(AVVIST, "a" * 64, "", 0, "", "")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: json.dumps(t).encode()))
def test_no_bytes_are_more_than_unreadable(innhold: bytes) -> None:
    with pytest.raises(UnreadableReceipt):
        parse(Svarfil("x", innhold), FORM)


@given(st.text())
def test_words_are_one_line_that_can_be_shown(tekst: str) -> None:
    linje = shown(tekst)
    assert len(linje) <= HOEYST_TEGN
    assert not [t for t in linje if unicodedata.category(t) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
