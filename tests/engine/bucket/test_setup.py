"""The file of the object store is taken whole, or each mistake in it is told."""

from pathlib import Path

import pytest

from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.engine.bucket.setup import read
from vigo_pipeline.engine.settings import Innstillinger, InvalidSetting

HEL = {
    "endepunkt": '"https://s3.fylket.example:9000"',
    "boette": '"vigo"',
    "noekkel_id": '"id"',
    "noekkel": '"noekkel"',
}


def written(hvor: Path, **andre: str) -> Path:
    for navn in ("id", "noekkel"):
        (hvor / navn).write_text("x", "utf-8")
    fil = hvor / "lager.toml"
    linjer = [f"{n} = {v}" for n, v in (HEL | andre).items() if v]
    fil.write_text("\n".join(linjer), "utf-8")
    return fil


def test_the_keys_lie_beside_the_file_or_where_it_says(tmp_path: Path) -> None:
    lager = read(written(tmp_path))
    assert (lager.noekkel_id, lager.vert) == (tmp_path / "id", "s3.fylket.example:9000")


@pytest.mark.parametrize(
    ("felt", "sagt"),
    [
        ({"endepunkt": '"http://s3.fylket.example"'}, "personene går over linja"),
        ({"endepunkt": '"https://s3.fylket.example/vigo"'}, "bare tjeneren"),
        ({"endepunkt": '"https://vigo:hemmelig@s3.fylket.example"'}, "uten bruker"),
        ({"noekkel": '"hemmelig"'}, "noekkel: skriv stien til ei fil som finnes"),
        ({"boette": '"Vigo"'}, "boette"),
        ({"mappe": '"../a"'}, "mappe"),
        ({"boette": ""}, "«boette» mangler"),
        ({"hemmelighet": '"x"'}, "ikke en nøkkel"),
    ],
)
def test_a_mistake_is_told_without_what_may_be_a_secret(
    tmp_path: Path, felt: dict[str, str], sagt: str
) -> None:
    with pytest.raises(WrongSpec, match=sagt) as feil:
        read(written(tmp_path, **felt))
    assert "hemmelig@" not in str(feil.value)


def test_what_was_dropped_is_in_the_store_and_nowhere_else(tmp_path: Path) -> None:
    env = {"VIGO_HOME": str(tmp_path), "VIGO_LAGER": str(written(tmp_path))}
    assert Innstillinger.from_env(env).inn == tmp_path / "hentet"
    with pytest.raises(InvalidSetting, match="VIGO_LAGER og VIGO_INN: sett én"):
        Innstillinger.from_env({**env, "VIGO_INN": str(tmp_path)})
