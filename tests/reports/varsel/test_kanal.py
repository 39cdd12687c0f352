"""Mail goes by TLS and a login to a server that is who it says, and to no other."""

from pathlib import Path
from typing import Any, Literal

import pytest

from tests.reports.varsel.tjenere import certificate, login_of, mail_server
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports.varsel.channel import Epost, NotSent

BRUKER, PASSORD = "vigo", "hemmelig-bit"


def post(
    mappe: Path, port: int, sikkerhet: Literal["starttls", "tls"], passord: str = PASSORD
) -> Epost:
    return Epost(
        Innstillinger(
            hjem=mappe,
            inn=mappe,
            smtp_vert="127.0.0.1",
            smtp_port=port,
            smtp_sikkerhet=sikkerhet,
            smtp_bruker=BRUKER,
            smtp_passord=passord,  # type: ignore[arg-type]  # pydantic makes it a secret
            smtp_fra="vigo@eksempel.invalid",
        )
    )


def send(epost: Epost) -> str:
    return epost.send(["drift@eksempel.invalid"], "Frist", "Noe mangler.", "1")


@pytest.fixture
def kontekst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server's certificate, which this machine trusts."""
    kontekst, pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return kontekst


def controller(sikkerhet: str, kontekst: Any) -> dict[str, Any]:
    starttls = {"tls_context": kontekst, "require_starttls": True}
    tls = {"ssl_context": kontekst, "auth_require_tls": False}
    return (starttls if sikkerhet == "starttls" else tls) | login_of(BRUKER, PASSORD)


@pytest.mark.parametrize("sikkerhet", ["starttls", "tls"])
def test_a_message_goes_by_tls_after_login(
    sikkerhet: Literal["starttls", "tls"], kontekst: Any, tmp_path: Path
) -> None:
    with mail_server(**controller(sikkerhet, kontekst)) as kasse:
        assert send(post(tmp_path, kasse.port, sikkerhet)) == ""
        [brev] = kasse.brev
        assert brev["To"] == "drift@eksempel.invalid"


@pytest.mark.parametrize("sikkerhet", ["starttls", "tls"])
def test_a_wrong_password_is_not_let_in_and_not_told(
    sikkerhet: Literal["starttls", "tls"], kontekst: Any, tmp_path: Path
) -> None:
    with mail_server(**controller(sikkerhet, kontekst)) as kasse:
        with pytest.raises(NotSent, match=r"slipper oss ikke inn \(kode 535\)") as feil:
            send(post(tmp_path, kasse.port, sikkerhet, "et-annet-passord"))
        assert "passord" not in str(feil.value).replace("VIGO_SMTP_PASSORD", "")
        assert kasse.brev == []


@pytest.mark.fault("receiver", "around")
@pytest.mark.parametrize("sikkerhet", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_neither_message_nor_password(
    sikkerhet: Literal["starttls", "tls"],
    kontekst: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(**controller(sikkerhet, kontekst)) as kasse:
        with pytest.raises(NotSent):
            send(post(tmp_path, kasse.port, sikkerhet))
        assert kasse.brev == []


def test_a_server_without_tls_is_not_written_to(tmp_path: Path) -> None:
    with mail_server() as kasse:
        with pytest.raises(NotSent):
            send(post(tmp_path, kasse.port, "starttls"))
        assert kasse.brev == []
