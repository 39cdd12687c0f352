"""Each service is given what it needs and no more: offenders are listed by name."""

import os
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.deploy.test_deploy import COMPOSE, DEPLOY, DOCKERFILE, TJENESTER, VERDIER
from vigo_pipeline.engine.database.embedded.configuration import UTEN_PERSONER
from vigo_pipeline.engine.database.embedded.programs import installed
from vigo_pipeline.engine.database.server import temporary_server

PASSORD = {
    n: f"{n}-passord" for n in ("VIGO_EIER_PASSWORD", "VIGO_PASSWORD", "DAGSTER_PG_PASSWORD")
}
# Which service is given which password: the superuser's goes to the server alone.
FAAR = {
    "POSTGRES_PASSWORD": {"postgres"},
    "VIGO_EIER_PASSWORD": {"postgres", "migrering"},
    "VIGO_PASSWORD": {"postgres", "migrering", "kode", "arbeider", "rapporter"},
}


@pytest.fixture(scope="module")
def roller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server made as the image makes it: roller.sql run by the superuser."""
    with temporary_server(tmp_path_factory.mktemp("roller")) as adresse:
        subprocess.run(  # noqa: S603
            [
                installed() / "psql",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-f",
                DEPLOY / "roller.sql",
                adresse,
            ],
            env={**os.environ, **PASSORD},
            check=True,
            capture_output=True,
        )
        yield adresse


def may_connect(server: str, rolle: str, database: str) -> bool:
    url = sa.make_url(server).set(username=rolle, database=database)
    try:
        psycopg.connect(url.render_as_string(hide_password=False)).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.slow
def test_no_role_is_a_superuser_and_each_has_its_own_database(roller: str) -> None:
    with psycopg.connect(roller) as con:
        rettigheter = con.execute(
            "select rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
            "from pg_roles where rolname in ('vigo', 'vigo_eier', 'dagster')"
        ).fetchall()
        lagret = con.execute(
            "select rolname from pg_authid where rolpassword like 'SCRAM-SHA-256$%'"
        ).fetchall()
    assert sorted(r[0] for r in rettigheter) == ["dagster", "vigo", "vigo_eier"]
    assert not [r[0] for r in rettigheter if any(r[1:])], "may do more than it needs"
    assert {r[0] for r in lagret} >= {"dagster", "vigo", "vigo_eier"}
    slipper_inn = {
        (rolle, base)
        for rolle in ("dagster", "vigo", "vigo_eier")
        for base in ("vigo", "dagster", "postgres", "template1")
        if may_connect(roller, rolle, base)
    }
    assert slipper_inn == {("vigo", "vigo"), ("vigo_eier", "vigo"), ("dagster", "dagster")}


@pytest.mark.slow
def test_only_the_owner_makes_anything_in_the_sentralbase(roller: str) -> None:
    for rolle, faar in (("vigo", False), ("vigo_eier", True)):
        url = sa.make_url(roller).set(username=rolle, database="vigo")
        with psycopg.connect(url.render_as_string(hide_password=False)) as con:
            if faar:
                con.execute("create schema proeve")
                con.rollback()
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    con.execute("create schema proeve")


def test_each_password_goes_to_those_who_need_it() -> None:
    for passord, hvem in FAAR.items():
        gitt = {n for n, t in TJENESTER.items() if f"${{{passord}:?}}" in str(t)}
        assert gitt == hvem, passord
    superbruker = {n for n, t in TJENESTER.items() if "POSTGRES_USER" in str(t)}
    assert not superbruker


def test_the_server_lets_in_by_tls_and_a_password_only_and_no_superuser() -> None:
    linjer = (DEPLOY / "pg_hba.conf").read_text("utf-8").splitlines()
    regler = [x.split() for x in linjer if x and not x.startswith("#")]
    assert regler[0] == ["local", "all", "postgres", "peer"]
    galt = [r for r in regler[1:] if r[0] != "hostssl" or r[-1] != "scram-sha-256"]
    assert not galt
    assert {(r[1], b) for r in regler[1:] for b in r[2].split(",")} == {
        *(("vigo", "vigo"), ("vigo", "vigo_eier"), ("dagster", "dagster")),
    }


def server_settings() -> dict[str, str]:
    par = [x.removeprefix("-c").partition("=") for x in TJENESTER["postgres"]["command"][1:]]
    return {navn: verdi for navn, _, verdi in par}


def test_persons_are_kept_out_of_the_servers_log_as_of_the_embedded_servers() -> None:
    satt = server_settings()
    galt = {navn: satt.get(navn) for navn, v in UTEN_PERSONER.items() if satt.get(navn) not in v}
    assert not galt, f"not as the program asks for at the connection: {galt}"


def test_every_connection_to_the_server_is_encrypted_and_to_the_one_it_says() -> None:
    satt = server_settings()
    assert (satt["ssl"], satt["password_encryption"]) == ("on", "scram-sha-256")
    montert = [v.removesuffix(":ro").rpartition(":")[2] for v in TJENESTER["postgres"]["volumes"]]
    filer = [satt[n] for n in ("ssl_cert_file", "ssl_key_file", "hba_file")]
    assert not set(filer) - set(montert), "set, and not there"
    for navn, t in TJENESTER.items():
        if {"DAGSTER_PG_HOST", "VIGO_DATABASE_URL"} & set(t.get("environment", {})):
            assert t["environment"]["PGSSLMODE"] == "verify-full", navn
            sted = t["environment"]["PGSSLROOTCERT"]
            assert any(v.endswith(f"/ca.crt:{sted}:ro") for v in t["volumes"]), navn
    assert VERDIER["postgresql"]["postgresqlParams"]["sslmode"] == "verify-full"


def test_no_service_may_become_more_than_it_is() -> None:
    krav: dict[str, Any] = {
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "read_only": True,
    }
    galt = {
        f"{navn}: {hva}"
        for navn, t in TJENESTER.items()
        for hva, verdi in krav.items()
        if t.get(hva) != verdi
    }
    galt |= {
        f"{navn}: {hva}"
        for navn, t in TJENESTER.items()
        for hva in ("mem_limit", "pids_limit", "tmpfs")
        if not t.get(hva)
    }
    galt |= {n for n, t in TJENESTER.items() if {"privileged", "cap_add"} & set(t)}
    assert not galt, sorted(galt)


def test_no_pod_may_become_more_than_it_is() -> None:
    [kode] = VERDIER["dagster-user-deployments"]["deployments"]
    poder = {
        "webserver": VERDIER["dagsterWebserver"],
        "daemon": VERDIER["dagsterDaemon"],
        "kode": kode,
    }
    for navn, pod in poder.items():
        assert pod["podSecurityContext"]["runAsNonRoot"] is True, navn
        trygt = pod["securityContext"]
        assert trygt["allowPrivilegeEscalation"] is False, navn
        assert trygt["readOnlyRootFilesystem"] is True, navn
        assert trygt["capabilities"] == {"drop": ["ALL"]}, navn
        assert pod["resources"]["limits"]["memory"], navn
        miljoe = {e["name"]: e["value"] for e in pod["env"]}
        assert miljoe["PGSSLMODE"] == "verify-full", navn
        montert = {m["name"]: m["mountPath"] for m in pod["volumeMounts"]}
        assert miljoe["PGSSLROOTCERT"] == f"{montert['ca']}/ca.crt", navn
        assert set(montert) == {v["name"] for v in pod["volumes"]}, navn
    bruker = re.search(r"useradd --uid (\d+)", DOCKERFILE)
    assert bruker
    assert {p["podSecurityContext"]["runAsUser"] for p in poder.values()} == {int(bruker[1])}
    assert VERDIER["postgresql"]["postgresqlUsername"] == "dagster"


def test_every_image_has_an_exact_tag() -> None:
    bilder = {t["image"] for t in TJENESTER.values() if "${" not in t["image"]}
    bilder |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M))
    flytende = {b for b in bilder if not re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", b)}
    flytende |= {b for b in bilder if b.startswith("python:") and b.count(".") < 2}
    assert not flytende, f"tags that move: {sorted(flytende)}"


def test_a_login_believes_the_reverse_proxy_and_nobody_else() -> None:
    [nett] = COMPOSE["networks"]["front"]["ipam"]["config"]
    logins = {n: t for n, t in TJENESTER.items() if "oauth2-proxy" in t["image"]}
    assert logins
    for navn, t in logins.items():
        assert t["environment"]["OAUTH2_PROXY_TRUSTED_PROXY_IPS"] == f"{nett['gateway']}/32", navn
        versjon = tuple(map(int, t["image"].rpartition(":v")[2].split(".")))
        assert versjon >= (7, 15, 5), navn
