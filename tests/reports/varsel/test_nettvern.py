"""An alert never goes to the machine itself or to a cloud's metadata, whatever it is called."""

import socket
from pathlib import Path

import pytest

from tests.reports.varsel.tjenere import web_server
from vigo_pipeline.engine.net_guard import forbidden
from vigo_pipeline.reports.varsel.addressees import InvalidRecipients, read_recipients
from vigo_pipeline.reports.varsel.channel import NotSent, Webhook

STENGT = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::7f00:1"),  # noqa: S104
    *("169.254.169.254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254"),
    *("64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "224.0.0.1", "ff02::1", "255.255.255.255"),
    *("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
]


@pytest.mark.parametrize("adresse", STENGT)
def test_an_address_that_is_closed_is_refused_where_it_is_written(
    adresse: str, tmp_path: Path
) -> None:
    assert forbidden(adresse)
    vert = f"[{adresse}]" if ":" in adresse else adresse
    fil = tmp_path / "mottakere.toml"
    fil.write_text(f'[avgiver.03]\nwebhook = "http://{vert}:80/hemmelig-bit"\n', "utf-8")
    with pytest.raises(InvalidRecipients, match=r"avgiver\.03\.webhook") as feil:
        read_recipients(fil, ["03"])
    assert "hemmelig" not in str(feil.value)


@pytest.mark.parametrize("adresse", ["10.1.2.3", "192.168.1.1", "fd12::1", "192.0.2.1", "2a00::1"])
def test_an_address_in_the_house_or_outside_is_let_through(adresse: str) -> None:
    assert not forbidden(adresse)


@pytest.mark.parametrize(
    "vert", ["localhost", "LOCALHOST", "2130706433", "0x7f.1", "127.1", "[::ffff:7f00:1]"]
)
def test_a_name_that_leads_to_this_machine_is_not_connected_to(vert: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tjener:
        tjener.settimeout(0)
        with pytest.raises(NotSent, match="leder til denne maskinen"):
            Webhook(f"http://{vert}:{tjener.getsockname()[1]}/").send({}, "1")
        with pytest.raises(BlockingIOError):
            tjener.accept()


def test_no_proxy_is_asked_to_look_the_name_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server() as mellomledd, web_server() as nett:
        monkeypatch.setenv("http_proxy", mellomledd.adresse)
        monkeypatch.setenv("no_proxy", "")
        Webhook(nett.adresse).send({"text": "Frist"}, "1")
        assert (len(mellomledd.kall), len(nett.kall)) == (0, 1)


@pytest.mark.parametrize(
    ("innhold", "sagt"),
    [
        ("x = " + "[" * 100_000, "for dypt"),
        ("a = " + "9" * 5_000, "for mange sifre"),
        ("[drift]\nepost = " + "{a=" * 5_000, "for dypt"),
    ],
)
def test_a_file_of_recipients_that_is_deep_is_told_of(
    innhold: str, sagt: str, tmp_path: Path
) -> None:
    fil = tmp_path / "mottakere.toml"
    fil.write_text(innhold, "utf-8")
    with pytest.raises(InvalidRecipients, match=rf"^VIGO_MOTTAKERE: .*{sagt}"):
        read_recipients(fil, [])
