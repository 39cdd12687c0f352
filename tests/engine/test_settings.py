"""Settings: each is taken as it was meant or refused with what it may be, and none is passed by."""

import re
from pathlib import Path

import pytest

from vigo_pipeline.engine.addresses import database_address, place
from vigo_pipeline.engine.database.server import DatabaseUnreachable, connect
from vigo_pipeline.engine.setting_values import as_markdown
from vigo_pipeline.engine.settings import Innstillinger, InvalidSetting

SIDE = Path(__file__).parents[2] / "docs" / "reference" / "innstillinger.md"


def read(**env: str) -> Innstillinger:
    return Innstillinger.from_env(env)


def refused(**env: str) -> str:
    with pytest.raises(InvalidSetting) as feil:
        read(**env)
    return str(feil.value)


@pytest.mark.parametrize(
    ("skrevet", "lest"),
    [
        ("03, 11", ("03", "11")),
        ("3", ("03",)),
        ("Waade", ("waade",)),
        ("03;11", ("03", "11")),
        (" 03 ,,waade,03\n", ("03", "waade")),
    ],
)
def test_avgivere_are_read_as_they_were_meant(skrevet: str, lest: tuple[str, ...]) -> None:
    assert read(VIGO_AVGIVERE=skrevet).avgivere == lest


@pytest.mark.parametrize("skrevet", ["Oslo", "99", "03,1l", ",", "003"])
def test_avgivere_that_there_are_none_of_are_told_with_those_there_are(skrevet: str) -> None:
    tekst = refused(VIGO_AVGIVERE=skrevet)
    assert "VIGO_AVGIVERE" in tekst
    assert "03, 11, 15" in tekst
    assert "waade" in tekst


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    fil = tmp_path / "fil"
    fil.touch()
    galt = {
        "VIGO_HOME": str(fil / "under"),
        "VIGO_INN": "~finnes-ikke/inn",
        "VIGO_DATABASE_URL": "mysql://x",
        "VIGO_DATABASE_EIER_URL": "postgresql:/x",
        "VIGO_MODUS": "prod",
        "VIGO_UKJENTE_KOLONNER": "ja",
        "VIGO_AVGIVERE": "x",
        "VIGO_BRUKER": "Kari\x07",
        "VIGO_INNLOGGET": "X Forwarded",
        "VIGO_INNLOGGET_ID": "X:User",
        "VIGO_INNLOGGET_FRA": "172.30.17.300",
        "VIGO_LESERE": str(tmp_path / "finnes-ikke.toml"),
        "VIGO_KJENNETEGN_NOEKKEL": str(tmp_path),
        "VIGO_CELERY": "amqp://x",
        "VIGO_MOTTAKERE": str(tmp_path / "finnes-ikke.toml"),
        "VIGO_KANALER": str(tmp_path / "finnes-ikke.toml"),
        "VIGO_KOPI": "~finnes-ikke/kopi",
        "VIGO_KOPI_NOEKKEL": str(tmp_path / "finnes-ikke.asc"),
        "VIGO_OPPBEVARING": str(tmp_path / "finnes-ikke.toml"),
        "VIGO_LAGER": "finnes-ikke.toml",
        "VIGO_KOPI_FINGERAVTRYKK": "ABCD",
        "VIGO_KOPI_PRIVAT_NOEKKEL": str(tmp_path / "finnes-ikke.key"),
        "VIGO_KOPI_PASSORD": str(tmp_path / "finnes-ikke"),
        "VIGO_SMTP_VERT": "smtp://x:25",
        "VIGO_SMTP_FRA": "vigo",
        "VIGO_SMTP_PORT": "65536",
        "VIGO_SMTP_SIKKERHET": "ssl",
        "VIGO_SMTP_BRUKER": "uten passord",
        "VIGO_FOERSTE_SKOLEDAG": "18.08.2025",
        "VIGO_OT_OSMO": "03=bred",
        "VIGO_OT_ENHETER": "03=03299,03=03298",
        "VIGO_PRIVATISTER": "03",
        "VIGO_KODEVERKSBASE": "http://169.254.169.254",
        "VIGO_NETTSTED": "file:///srv/vigo",
        "VIGO_RAPPORTADRESSE": "rapporter.example",
        "VIGO_TILGJENGELIGHET_KONTAKT": "Kari\x07",
        "VIGO_TILGJENGELIGHET_DATO": "29.11.2026",
        "VIGO_AVGIVER": "03",
    }
    hode, *linjer = refused(**galt).splitlines()
    assert hode == "Ugyldig innstilling."
    fortalt = {
        navn for navn in galt for x in linjer if x.strip().startswith((f"{navn}:", f"{navn} "))
    }
    assert not galt.keys() - fortalt, "wrong, and not told"
    # Whatever may be wrong is among them.
    unntatt = {"VIGO_SMTP_PASSORD"}
    assert {v.navn for v in Innstillinger.variabler().values()} - unntatt <= galt.keys()


@pytest.mark.parametrize(
    ("skrevet", "ment"),
    [("VIGO_AVGIVER", "VIGO_AVGIVERE"), ("VIGO_HOM", "VIGO_HOME"), ("vigo_modus", "VIGO_MODUS")],
)
def test_a_misspelt_name_is_told_with_the_right_one(skrevet: str, ment: str) -> None:
    assert f"{skrevet} er ikke en innstilling. Mente du {ment}?" in refused(**{skrevet: "x"})
    assert "De som finnes" in refused(VIGO_QQ="x")


def test_what_kubernetes_sets_beside_ours_is_no_setting() -> None:
    read(
        VIGO_PORT="tcp://10.0.0.1:3030",
        VIGO_PORT_3030_TCP="tcp://10.0.0.1:3030",
        VIGO_PORT_3030_TCP_ADDR="10.0.0.1",
        VIGO_SERVICE_HOST="10.0.0.1",
        VIGO_SERVICE_PORT_GRPC="3030",
        VIGO_DAGSTER_WEBSERVER_SERVICE_PORT="80",
        VIGO_DAGSTER_WEBSERVER_PORT="tcp://10.0.0.1:80",
    )
    assert "VIGO_SMPT_PORT" in refused(VIGO_SMPT_PORT="25")


def test_a_blank_variable_is_not_set_and_a_home_may_be_the_users(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tomt = {v.navn: "" for v in Innstillinger.variabler().values()}
    assert read(**tomt) == read()
    monkeypatch.setenv("HOME", str(tmp_path))
    oppsett = read(VIGO_HOME=" ~/vigo\n", VIGO_MODUS="Reell")
    assert (oppsett.hjem, oppsett.inn) == (tmp_path / "vigo", tmp_path / "vigo")
    assert oppsett.modus == "reell"


@pytest.mark.parametrize(
    ("skrevet", "lest"),
    [
        ("postgres://u:p@h/db", "postgresql://u:p@h/db"),
        ("POSTGRESQL+psycopg://u:p@h:5433", "postgresql://u:p@h:5433"),
        ("postgresql://u:a:b#c?d@h/db", "postgresql://u:a%3Ab%23c%3Fd@h/db"),
        ("postgresql://u:%C3%A5@[::1]:5432/db", "postgresql://u:%C3%A5@[::1]:5432/db"),
        ("postgresql:///db?host=/var/run/å", "postgresql:///db?host=/var/run/å"),
        ("postgresql://u@%2Fvar%2Frun/db", "postgresql://u@%2Fvar%2Frun/db"),
        (
            "postgres://a:1,b:2/db?sslmode=verify-full",
            "postgresql://a:1,b:2/db?sslmode=verify-full",
        ),
    ],
)
def test_an_address_is_one_that_all_drivers_read_alike(skrevet: str, lest: str) -> None:
    assert read(VIGO_DATABASE_URL=skrevet).database_url == lest
    assert database_address(lest) == lest


HEMMELIG = [
    "postgresql://bruker:{}@vert:99999/db",
    "postgresql://bruker:{}@vert:port/db",
    "postgresql://bruker:{}@vert/db?password={}",
    "postgresql://vert/db?password={}",
    "postgresql://vert/db?sslpassword={}",
    "mysql://bruker:{}@vert/db",
    "bruker:{}@vert/db",
    "host=vert password={}",
    "postgresql:/bruker:{}@vert/db",
    "postgresql://bruker:{}@vert/db?x",
    "postgresql://bruker:{} @vert/db",
]


TEGN = ("", "@", "/", "%", ":", "#", "%4", "%00", "%E6", " ", "?", "[", "&")


@pytest.mark.parametrize("adresse", ["postgresql://bruker:{}@127.0.0.1:1/db", *HEMMELIG])
def test_no_part_of_a_password_is_ever_told(adresse: str, tmp_path: Path) -> None:
    for tegn in TEGN:
        _never_told(adresse, tegn, tmp_path)


def _never_told(adresse: str, tegn: str, tmp_path: Path) -> None:
    passord = f"hviske{tegn}tiske"
    skrevet = adresse.format(passord, passord)
    try:
        oppsett = read(VIGO_DATABASE_URL=skrevet, VIGO_HOME=str(tmp_path))
        with pytest.raises(DatabaseUnreachable) as feil:
            connect(oppsett)
    except InvalidSetting as galt:
        tekst = str(galt)
        assert tekst.count("\n") == 1
    else:
        tekst = f"{feil.value} {oppsett!r} {oppsett}"
        assert "127.0.0.1:1/db" in tekst
    assert not re.findall("hviske|tiske", tekst.lower())


def test_no_secret_stands_in_the_text_of_the_settings_or_of_their_errors() -> None:
    oppsett = read(
        VIGO_DATABASE_URL="postgresql://u:hemmelig@h/db",
        VIGO_CELERY="redis://:hemmelig@h:6379/0",
        VIGO_SMTP_BRUKER="u",
        VIGO_SMTP_PASSORD="hemmelig ",
    )
    assert oppsett.smtp_passord is not None
    assert oppsett.smtp_passord.get_secret_value() == "hemmelig "
    assert "hemmelig" not in f"{oppsett!r} {oppsett}"
    with pytest.raises(ValueError, match="modus") as feil:
        Innstillinger(**oppsett.model_dump() | {"modus": "hemmelig"})
    assert "hemmelig" not in str(feil.value)
    assert "hemmelig" not in refused(VIGO_CELERY="redis://:hemm@elig@h", VIGO_MODUS="hemmelig")


def test_where_a_server_is_can_be_told_without_who_asks() -> None:
    assert place("postgresql://u:p@h/db?sslmode=require") == "h/db"
    assert place("postgresql:///db?host=/tmp") == "denne maskinen/db"
    assert "p" not in place("postgresql://u:p@@h").replace("adressen", "")


def test_the_table_of_the_readme_is_the_settings_there_are() -> None:
    tabell = as_markdown(Innstillinger.variabler().values())
    assert tabell in SIDE.read_text("utf-8"), f"`vigo innstillinger` writes it:\n{tabell}"
    assert len(Innstillinger.variabler()) == len(Innstillinger.model_fields), "has no variable"
