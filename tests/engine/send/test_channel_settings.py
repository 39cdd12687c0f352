"""`vigo innstillinger` says what of the channels cannot be used, and never what stands there."""

from pathlib import Path

import pytest

from tests.engine.send.mottakeren import make_key
from tests.engine.send.sshtjener import write_ssh_key
from tests.engine.send.test_commands import run
from vigo_pipeline.engine.send.channel_file import InvalidChannels

HEMMELIG = "Hemmelig123"
LIMT_INN = f"""'''
-----BEGIN OPENSSH PRIVATE KEY-----
{HEMMELIG}
-----END OPENSSH PRIVATE KEY-----
'''"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("felt", "verdi", "tabell"),
    [
        pytest.param("noekkel", LIMT_INN, "kanal.SSB", id="a key that is pasted"),
        pytest.param("noekkel", f'"{HEMMELIG}"', "kanal.SSB", id="no key"),
        pytest.param("noekkel", f'"{HEMMELIG}\\u0000"', "kanal.SSB", id="what no path can be"),
        pytest.param("noekkel", '"aapen"', "kanal.SSB", id="a key that others can read"),
        pytest.param("noekkel_passord", f'"{HEMMELIG}"', "kanal.SSB", id="a password"),
        pytest.param("noekkel", LIMT_INN, "kanal.SSB.kryptering", id="a key of OpenPGP"),
        pytest.param("signer_med", LIMT_INN, "kanal.SSB.kryptering", id="a key to sign with"),
        pytest.param("signer_passord", f'"{HEMMELIG}"', "kanal.SSB.kryptering", id="its password"),
    ],
)
def test_the_settings_say_which_key_cannot_be_used_and_nothing_of_it(
    felt: str, verdi: str, tabell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vaar, deres = make_key(tmp_path, "vaar"), make_key(tmp_path, "deres")
    vertsnoekkel = write_ssh_key(tmp_path / "ssh").export_public_key().decode().strip()
    (tmp_path / "aapen").write_bytes((tmp_path / "ssh").read_bytes())
    (tmp_path / "aapen").chmod(0o644)
    egne: dict[str, dict[str, str]] = {
        "kanal.SSB": {
            "type": '"sftp"',
            "vert": '"sftp.eksempel.example"',
            "bruker": '"vigo"',
            "noekkel": '"ssh"',
            "vertsnoekler": f'["{" ".join(vertsnoekkel.split()[:2])}"]',
        },
        "kanal.SSB.kryptering": {
            "noekkel": f'"{deres.offentlig}"',
            "fingeravtrykk": f'"{deres.fingeravtrykk}"',
            "signer_med": f'"{vaar.privat}"',
        },
    }
    fil = tmp_path / "kanaler.toml"

    def write() -> None:
        linjer = [(f"[{t}]", *(f"{n} = {v}" for n, v in f.items())) for t, f in egne.items()]
        fil.write_text("\n".join(en for hele in linjer for en in hele), "utf-8")

    monkeypatch.setenv("VIGO_HOME", str(tmp_path / "hjem"))
    monkeypatch.setenv("VIGO_KANALER", str(fil))
    write()
    assert run("innstillinger").exit_code == 0
    egne[tabell][felt] = verdi
    write()
    galt = run("innstillinger")
    sagt = f"{galt.output} {galt.exception}"
    assert isinstance(galt.exception, InvalidChannels)
    assert f"«{felt}» i [{tabell}] i VIGO_KANALER" in sagt
    assert ("chmod 600" if "aapen" in verdi else "stien til en fil") in sagt
    assert HEMMELIG not in sagt
    # Ours and theirs are both told, not the first alone.
    for borte in (tmp_path / "ssh", tmp_path / "aapen", deres.offentlig):
        borte.unlink()
    begge = str(run("innstillinger").exception)
    assert all(f"«noekkel» i [{t}]" in begge for t in egne)


def test_the_settings_say_that_a_folder_of_receipts_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fil = tmp_path / "kanaler.toml"
    fil.write_text('[kanal.SSB]\ntype = "mappe"\nkvitteringer.mappe = "borte"\n', "utf-8")
    monkeypatch.setenv("VIGO_HOME", str(tmp_path / "hjem"))
    monkeypatch.setenv("VIGO_KANALER", str(fil))
    assert "Kvitteringene i" in str(run("innstillinger").exception)
