"""What leaves the house can be read by the receiver, and is never meant for another key."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pysequoia import Cert, Tsk

from tests.engine.send.mottakeren import Noekkelpar, generate, gpg, make_key, write_key
from vigo_pipeline.engine.send.channel_file import Kryptering
from vigo_pipeline.engine.send.key_files import UnusableKey
from vigo_pipeline.engine.send.openpgp import Krypto

NAA = datetime.now(UTC) + timedelta(minutes=1)
OM_LENGE = NAA + timedelta(days=3650)
KLARTEKST = "skoleår;fnr\r\n2025-2026;01810012345\r\n".encode() * 1000


def setting(par: Noekkelpar, **annet: object) -> Kryptering:
    return Kryptering(noekkel=par.offentlig, fingeravtrykk=par.fingeravtrykk, **annet)


def test_the_receiver_decrypts_it_with_gpg_and_sees_who_has_signed(tmp_path: Path) -> None:
    avsender = make_key(tmp_path, "avsender")
    with gpg(tmp_path) as mottaker:
        oppsett = Kryptering(
            noekkel=mottaker.offentlig,
            fingeravtrykk=mottaker.fingeravtrykk.upper(),
            signer_med=avsender.privat,
        )
        krypto = Krypto.read(oppsett, NAA)
        kryptert = krypto.encrypt(KLARTEKST)
        assert KLARTEKST[:20] not in kryptert
        assert krypto.encrypt(KLARTEKST) != kryptert
        mottaker.take_in(avsender.offentlig)
        tekst, sagt = mottaker.decrypt(kryptert)
    assert tekst == KLARTEKST
    assert avsender.fingeravtrykk.upper() in sagt
    assert "GOODSIG" in sagt


def withdrawn(tsk: Tsk) -> Cert:
    cert = tsk.extract_certificate()
    return Cert.from_bytes(bytes(cert) + bytes(cert.revoke(tsk.certifier())))


def extended(tsk: Tsk) -> Cert:
    """Return a key whose subkeys have the time they had, and whose own is longer."""
    lenge = OM_LENGE + timedelta(days=1)
    return tsk.extract_certificate().set_expiration(lenge, tsk.certifier())


@pytest.mark.parametrize(
    ("hva", "naa", "sier"),
    [
        pytest.param("en annen", NAA, "har fingeravtrykk", id="another key in its place"),
        pytest.param("borte", NAA, "finnes ikke", id="no file"),
        pytest.param("tull", NAA, "ikke en offentlig nøkkel", id="no key"),
        pytest.param("hel", OM_LENGE, "gikk ut", id="expired"),
        pytest.param("trukket", NAA, "trukket tilbake", id="withdrawn"),
        pytest.param("forlenget", OM_LENGE, "ingen gyldig undernøkkel", id="expired subkey"),
    ],
)
def test_a_key_that_cannot_be_trusted_stops_the_sending(
    hva: str, naa: datetime, sier: str, tmp_path: Path
) -> None:
    tsk = generate("mottaker")
    par = write_key(tmp_path, "mottaker", tsk)
    if hva == "en annen":
        par.offentlig.write_bytes(make_key(tmp_path, "annen").offentlig.read_bytes())
    elif hva == "borte":
        par.offentlig.unlink()
    elif hva == "tull":
        par.offentlig.write_text("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nhemmelig\n", "utf-8")
    elif hva == "trukket":
        par.offentlig.write_text(str(withdrawn(tsk)), "utf-8")
    elif hva == "forlenget":
        par.offentlig.write_text(str(extended(tsk)), "utf-8")
    with pytest.raises(UnusableKey, match=sier) as feil:
        Krypto.read(setting(par), naa)
    assert "hemmelig" not in str(feil.value)
    assert "backtrace" not in str(feil.value)


@pytest.mark.parametrize("hva", ["kan leses av andre", "er ikke der", "er ingen nøkkel"])
def test_a_key_to_sign_with_is_private_and_whole(hva: str, tmp_path: Path) -> None:
    mottaker, avsender = make_key(tmp_path, "mottaker"), make_key(tmp_path, "avsender")
    if hva == "kan leses av andre":
        avsender.privat.chmod(0o644)
    elif hva == "er ikke der":
        avsender.privat.unlink()
    else:
        avsender.privat.write_bytes(b"hemmelig")
    with pytest.raises(UnusableKey) as feil:
        Krypto.read(setting(mottaker, signer_med=avsender.privat), NAA)
    assert "hemmelig" not in str(feil.value)
