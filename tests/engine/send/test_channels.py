"""An approved delivery goes by its receiver's channel: encrypted, once, and as the ledger says."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from tests.engine.send.mottakeren import Gpg, Noekkelpar, gpg, make_key
from tests.engine.send.sshtjener import Tjener, cut_at_rename, ssh_server
from tests.engine.send.test_approval import approve_all, in_outbox, receipts, send_one, state
from tests.sentral import FOERSTE
from tests.utgitt import published
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.engine.database.tables import sending
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.send.approval import send
from vigo_pipeline.engine.send.channel_file import InvalidChannels, Sftp, read_channels
from vigo_pipeline.engine.send.key_files import UnusableKey
from vigo_pipeline.engine.send.status import where_it_stands
from vigo_pipeline.engine.send.tries import DeliveryUnknown

SIDE = Path(__file__).parents[3] / "docs" / "how-to" / "kanal.md"
NAVN = "ssbelev_2025-2026_1-levering_1_{}.pgp"
HELE = """\
[kanal.SSB]
type = "sftp"
vert = "{vert}"
port = {port}
bruker = "{bruker}"
noekkel = "kunde"
vertsnoekler = ["{vertsnoekkel}"]
mappe = "."
forsoek = 1
{mer}

[kanal.SSB.kryptering]
noekkel = "{offentlig}"
fingeravtrykk = "{avtrykk}"
"""


@pytest.fixture
def mottaker(tmp_path: Path) -> Iterator[tuple[Tjener, Gpg]]:
    with ssh_server() as tjener, gpg(tmp_path) as noekkel:
        yield tjener, noekkel


def channel_text(tjener: Tjener, noekkel: Gpg | Noekkelpar, mer: str = "") -> str:
    """Return the TOML of a channel to SSB."""
    return HELE.format(
        vert="127.0.0.1",
        port=tjener.port,
        bruker=tjener.bruker,
        vertsnoekkel=tjener.vertsnoekkel,
        offentlig=noekkel.offentlig,
        avtrykk=noekkel.fingeravtrykk,
        mer=mer,
    )


def with_channel(pipeline: Pipeline, tjener: Tjener, noekkel: Gpg) -> Pipeline:
    """Return the installation with a channel to SSB."""
    fil = tjener.rot / "kanaler.toml"
    fil.write_text(channel_text(tjener, noekkel), "utf-8")
    return Pipeline(pipeline.register, pipeline.oppsett.model_copy(update={"kanaler": fil}))


def as_the_page_says(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, kommando: str, **annet: str
) -> str:
    """Run the command of the how-to that says that what was uvisst has come; return what it says.

    ``annet``: words of it, and what stands in their place here.
    """
    o = pipeline.oppsett
    for navn, verdi in (("HOME", o.hjem), ("INN", o.inn), ("DATABASE_URL", o.database_url)):
        monkeypatch.setenv(f"VIGO_{navn}", str(verdi))
    monkeypatch.setenv("VIGO_KANALER", str(o.kanaler))
    linjer = [n.removeprefix(".venv/bin/") for n in SIDE.read_text("utf-8").splitlines()]
    [linje] = [n for n in linjer if n.startswith(kommando) and " --framme" in n]
    svar = CliRunner().invoke(app, [annet.get(ord_, ord_) for ord_ in shlex.split(linje)[1:]])
    assert svar.exit_code == 0, svar.output
    return svar.output


def entered(pipeline: Pipeline) -> list[tuple[str, str]]:
    with pipeline.engine.connect() as con:
        rader = con.execute(sa.select(sending.c.fil, sending.c.steg).order_by(sending.c.nr))
        return [(r.fil, r.steg) for r in rader]


def test_it_is_sent_decrypted_and_acknowledged(
    pipeline: Pipeline, mottaker: tuple[Tjener, Gpg]
) -> None:
    tjener, noekkel = mottaker
    over = with_channel(pipeline, tjener, noekkel)
    approve_all(over)
    leveranse = over.register.leveranse("ssbelev")
    gjort, hos_udir = send(over, leveranse, FOERSTE, hvem="Ola")
    assert (gjort.ny, state(over), in_outbox(over)) == (True, "sendt", [])
    # Who has no channel has the outbox.
    assert hos_udir.vei is None
    assert in_outbox(over, "Udir") == ["manifest.json", "ssbElev.csv"]
    [utgitt] = published(over, "ssbelev", FOERSTE)
    data, manifest = NAVN.format("ssbElev.csv"), NAVN.format("manifest.json")
    assert tjener.names() == sorted([data, manifest])
    for der, her in ((data, "ssbElev.csv"), (manifest, "manifest.json")):
        kryptert = (tjener.inn / der).read_bytes()
        klartekst = (utgitt / her).read_bytes()
        assert klartekst[:40] not in kryptert
        assert noekkel.decrypt(kryptert)[0] == klartekst
    rekke = ("begynt", "omdoepes", "framme")
    assert entered(over) == [(n, s) for n in (data, manifest) for s in rekke]
    demand_whole(over)
    assert gjort.vei is not None
    assert gjort.vei.antall_bytes == sum(p.stat().st_size for p in tjener.inn.glob("*.pgp"))
    assert (gjort.vei.noekkel, gjort.vei.forsoek) == (noekkel.fingeravtrykk, 1)
    # Nothing is kept that only the receiver can read, and nothing is sent once more.
    assert not list(over.oppsett.begrenset.rglob("*.pgp"))
    for fil in tjener.inn.glob("*.pgp"):
        fil.unlink()
    igjen, _ = send(over, leveranse, FOERSTE, hvem="Ola")
    assert (igjen.ny, igjen.vei, tjener.names()) == (False, gjort.vei, [])
    # Nor by another channel, when it is taken away.
    send_one(pipeline)
    assert in_outbox(pipeline) == []
    receipts(over)
    assert state(over) == "kvittert"


def test_what_nobody_knows_stands_as_uvisst_until_it_is_settled(
    pipeline: Pipeline, mottaker: tuple[Tjener, Gpg], monkeypatch: pytest.MonkeyPatch
) -> None:
    tjener, noekkel = mottaker
    over = with_channel(pipeline, tjener, noekkel)
    approve_all(over)
    leveranse = over.register.leveranse("ssbelev")
    with monkeypatch.context() as m, pytest.raises(DeliveryUnknown):
        cut_at_rename(m, after=True)
        send_one(over)
    stand = where_it_stands(over, leveranse, FOERSTE)
    assert stand.tilstand == "godkjent"
    assert "uvisst" in stand.merknad
    data = tjener.inn / NAVN.format("ssbElev.csv")
    data.unlink()
    with pytest.raises(DeliveryUnknown):
        send_one(over)
    sagt = as_the_page_says(over, monkeypatch, "vigo avklar ssbelev", endelig=FOERSTE.runde)
    assert f"{data.name}: framme." in sagt
    send_one(over)
    assert (state(over), tjener.names()) == ("sendt", [NAVN.format("manifest.json")])


def test_a_key_that_cannot_be_used_stops_it_before_anything_is_sent(
    pipeline: Pipeline, mottaker: tuple[Tjener, Gpg], tmp_path: Path
) -> None:
    tjener, noekkel = mottaker
    over = with_channel(pipeline, tjener, noekkel)
    approve_all(over)
    ekte = noekkel.offentlig.read_bytes()
    noekkel.offentlig.write_bytes(make_key(tmp_path, "annen").offentlig.read_bytes())
    with pytest.raises(UnusableKey, match="fingeravtrykk"):
        send_one(over)
    assert (tjener.names(), entered(over), state(over)) == ([], [], "godkjent")
    noekkel.offentlig.write_bytes(ekte)
    send_one(over)
    assert state(over) == "sendt"


GALE = [
    pytest.param(
        "[kanal.SSB]\ntype = 'hemmelig'\n", ":2: kanal.SSB.type: .* mappe, sftp", id="type"
    ),
    pytest.param(
        "[kanal.SSB]\n\ntype = 'SFTP'\n", r":3: .* mappe, sftp. Mente du «sftp»\?", id="large"
    ),
    pytest.param("[kanal.SSB]\nvert = 'x'\n", "kanal.SSB.type: nøkkelen mangler", id="no type"),
    pytest.param("[kanal.SSB]\ntype = 'sftp'\n", "nøkkelen «vert» mangler", id="half a channel"),
    pytest.param(
        "[kanal.SSB]\ntype = 'sftp'\nmapppe = 'hemmelig'\nvert = '/hemmelig'\nnoekkel = 5\n",
        r"(?s):3: kanal.SSB.mapppe: .*Mente du «mappe».*|:4: kanal.SSB.vert: det som står der",
        id="keys and values",
    ),
    pytest.param(
        "[kanal.SSB]\ntype = 'sftp'\n[kanal.SSB.kryptering]\nfingeravtrykk = 'hemmelig'\n",
        ":4: kanal.SSB.kryptering.fingeravtrykk",
        id="a fingerprint",
    ),
    pytest.param("[kanal.Skatt]\ntype = 'mappe'\n", "Skatt er ikke mottakere", id="no receiver"),
    pytest.param(
        "[SSB]\npassord = 'hemmelig'\n",
        "1: SSB: «SSB» er ikke en nøkkel her",
        id="a table too high",
    ),
    pytest.param("[kanal.SSB]\ntype = hemmelig", ":2: verdien er ikke gyldig TOML", id="no TOML"),
]


@pytest.mark.parametrize(("tekst", "sier"), GALE)
def test_a_file_of_channels_says_where_it_is_wrong_and_not_what(
    tekst: str, sier: str, tmp_path: Path
) -> None:
    fil = tmp_path / "kanaler.toml"
    fil.write_text(tekst, "utf-8")
    with pytest.raises(InvalidChannels, match=sier) as feil:
        read_channels(fil, ["SSB", "Udir"])
    assert "hemmelig" not in str(feil.value)


def test_paths_are_from_the_folder_of_the_file_and_a_fingerprint_may_have_spaces(
    tmp_path: Path,
) -> None:
    fil = tmp_path / "kanaler.toml"
    avtrykk = " ".join(["ABCD"] * 10)
    fil.write_text(
        HELE.format(
            vert="sftp.eksempel.example",
            port=22,
            bruker="vigo",
            vertsnoekkel="ssh-ed25519 AAAA",
            offentlig="ssb.asc",
            avtrykk=avtrykk,
            mer="",
        ),
        "utf-8",
    )
    kanal = read_channels(fil, ["SSB"])["SSB"]
    assert isinstance(kanal, Sftp)
    assert kanal.noekkel == tmp_path / "kunde"
    assert kanal.kryptering.noekkel == tmp_path / "ssb.asc"
    assert kanal.kryptering.fingeravtrykk == "abcd" * 10
