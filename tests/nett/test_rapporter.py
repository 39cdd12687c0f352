"""The door as a page: to whom the login let in, what is theirs, and only once it is entered."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.sjekk.nett_server import ask, serving
from tests.utdelt import ANNA, ANNEN_SKOLE, BO, FYLKET, OT, REGNEARK, SKOLENS
from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.engine.database.tables import uthenting
from vigo_pipeline.engine.innsyn.logg import read_log, tokens_of
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import fingerprint
from vigo_pipeline.nett import rapporter
from vigo_pipeline.nett.rapporter import HENT, app, demand_door
from vigo_pipeline.nett.vern import Innlogging, NoLogin

ADRESSE = "https://rapporter.example"
# The login comes from one address of this machine; the other is somebody else.
INNLOGGINGEN, ANNEN = "127.0.0.2", "127.0.0.3"
BAK = Innlogging(ADRESSE, "X-Forwarded-Email", (ip_network(INNLOGGINGEN),))
KARI, REKTOR = "kari@fylket.example", "rektor@skole.example"


@pytest.fixture(scope="module")
def port(utdelt: Pipeline) -> Iterator[int]:
    with serving(lambda port: app(utdelt, port, BAK)) as port:
        yield port


def fetch(
    port: int, sti: str, hvem: str = KARI, fra: str = INNLOGGINGEN, **hoder: str
) -> tuple[int, str]:
    om = {"Host": "rapporter.example", "X_Forwarded_Email": hvem, "X_Forwarded_User": "a1"} | hoder
    status, tekst, svar = ask(port, sti=sti, fra=fra, **om)
    assert svar["cache-control"] == "no-store"
    return status, tekst


def rows(pipeline: Pipeline) -> list[sa.RowMapping]:
    with pipeline.engine.connect() as con:
        return list(con.execute(sa.select(uthenting).order_by(uthenting.c.nr)).mappings())


def test_who_fetched_what_is_in_the_ledger_and_never_a_number(utdelt: Pipeline, port: int) -> None:
    foer = len(rows(utdelt))
    # Whatever a request says of itself.
    for sti in (SKOLENS, REGNEARK):
        assert fetch(port, f"{HENT}{sti}", X_Forwarded_For=ANNEN)[0] == 200
    side, ark = rows(utdelt)[foer:]
    merker = Persontoken.of(utdelt.oppsett)
    for rad, sti in ((side, SKOLENS), (ark, REGNEARK)):
        innhold = (utdelt.oppsett.begrenset / sti).read_bytes()
        assert (rad["fil"], rad["sha256"]) == (sti, fingerprint(innhold))
        assert rad["personer"] == sorted([merker.on(ANNA), merker.on(BO)])
        assert (rad["hvem"], rad["hvem_id"], rad["fra"]) == (KARI, "a1", INNLOGGINGEN)
        assert (rad["slag"], rad["flyt"], rad["skolenr"]) == ("kontrollrapport", "oktober", "03018")
        assert not {ANNA, BO} & {str(v) for v in rad.values()}
    for fnr, antall in ((ANNA, 2), ("17912099997", 0)):
        funnet = read_log(utdelt, tokens_of(utdelt, fnr=fnr)).linjer
        assert len([x for x in funnet if x.hvem == KARI and x.utfall == "utlevert"]) == antall


def test_each_is_shown_and_given_what_is_theirs(utdelt: Pipeline, port: int) -> None:
    forside = {hvem: fetch(port, "/", hvem)[1] for hvem in (KARI, REKTOR)}
    vist = {
        h: {s for s in (SKOLENS, ANNEN_SKOLE, FYLKET, OT) if s in t} for h, t in forside.items()
    }
    assert vist == {KARI: {SKOLENS, ANNEN_SKOLE, FYLKET}, REKTOR: {SKOLENS}}
    foer = len(rows(utdelt))
    for hvem, sti in ((REKTOR, ANNEN_SKOLE), (REKTOR, FYLKET), (KARI, OT), ("ola@x.example", OT)):
        status, side = fetch(port, f"{HENT}{sti}", f" {hvem.upper()} ")
        assert (status, ANNA in side) == (403, False)
    # The same again within the minute is one refusal.
    nektet = rows(utdelt)[foer:]
    assert [(r["utfall"], r["fil"], r["sha256"]) for r in nektet] == [
        *(("nektet", sti, "") for sti in (ANNEN_SKOLE, OT, OT)),
    ]
    assert "har ikke fått tilgang" in fetch(port, "/", "ola@x.example")[1]


def test_a_forged_header_from_elsewhere_is_refused_and_entered(utdelt: Pipeline, port: int) -> None:
    foer = len(rows(utdelt))
    for _ in range(2):
        status, side = fetch(port, f"{HENT}{SKOLENS}", fra=ANNEN, X_Forwarded_For=INNLOGGINGEN)
        assert (status, ANNA in side) == (403, False)
    [rad] = rows(utdelt)[foer:]
    assert (rad["utfall"], rad["hvem"], rad["fra"]) == ("nektet", "ukjent", ANNEN)
    assert (rad["fil"], rad["personer"]) == (SKOLENS, [])
    assert f"Utga seg for «{KARI}»" in rad["grunn"]


@pytest.mark.parametrize(
    ("sti", "hoder", "ventet"),
    [
        (f"{HENT}personer/p-bcdfghjklmnp.html", {}, 403),
        (f"{HENT}../lesere.toml", {}, 404),
        (f"{HENT}kontrollrapport/%2e%2e/%2e%2e/lesere.toml", {}, 404),
        (f"{HENT}{ANNA}.html", {}, 404),
        (f"{HENT}{SKOLENS.replace('03018', '03999')}", {}, 404),
        (f"{HENT}{SKOLENS}", {"Sec_Fetch_Site": "cross-site"}, 200),
        (f"{HENT}{SKOLENS}", {"Host": "ond.example"}, 403),
    ],
)
def test_what_is_no_report_of_theirs_is_not_given(
    port: int, sti: str, hoder: dict[str, str], ventet: int
) -> None:
    status, side = fetch(port, sti, fra=INNLOGGINGEN, **hoder)
    assert (status, ANNA in side) == (ventet, False)


def test_nothing_is_given_when_it_cannot_be_entered(
    utdelt: Pipeline, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    foer = rows(utdelt)
    monkeypatch.setattr(
        "vigo_pipeline.engine.innsyn.uthenting._VENT", "set local lock_timeout = '50ms'"
    )
    with utdelt.engine.connect() as annen:
        annen.execute(sa.text("lock table ledger.uthenting in exclusive mode"))
        status, side = fetch(port, f"{HENT}{SKOLENS}")
        annen.rollback()
    assert (status, ANNA in side) == (503, False)
    assert "ikke føres hvem som henter" in side
    # The server is gone, which a connection that is made anew would meet.
    borte = sa.create_engine("postgresql+psycopg://x@127.0.0.1:1/x")
    levende = utdelt.engine
    utdelt.__dict__["engine"] = borte
    status, side = fetch(port, f"{HENT}{SKOLENS}")
    utdelt.__dict__["engine"] = levende
    assert (status, ANNA in side) == (503, False)
    assert rows(utdelt) == foer


def test_a_file_of_readers_that_is_wrong_lets_nobody_in(utdelt: Pipeline, port: int) -> None:
    fil = Path(str(utdelt.oppsett.lesere))
    riktig = fil.read_text("utf-8")
    fil.write_text(riktig.replace('"ot-liste"', '"personkort"'), "utf-8")
    try:
        assert {fetch(port, sti)[0] for sti in ("/", f"{HENT}{SKOLENS}")} == {503}
        oppsett = utdelt.oppsett.model_copy(update={"innlogget_fra": BAK.fra})
        with pytest.raises(WrongSpec, match="slag"):
            demand_door(oppsett, ADRESSE)
    finally:
        fil.write_text(riktig, "utf-8")
    assert demand_door(oppsett, ADRESSE) == BAK
    for uten in ("innlogget", "innlogget_fra", "lesere"):
        with pytest.raises(NoLogin):
            demand_door(oppsett.model_copy(update={uten: () if "fra" in uten else None}), ADRESSE)


def test_refusals_are_entered_once_in_a_while(
    utdelt: Pipeline, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rapporter, "MELLOM", 0)
    foer = len(rows(utdelt))
    for _ in range(2):
        fetch(port, f"{HENT}{SKOLENS}", fra="127.0.0.4")
    assert len(rows(utdelt)) == foer + 2
