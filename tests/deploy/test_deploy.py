"""What only a server can run is held together by reading it: compose, image and Helm values."""

import os
import re
import shutil
import tomllib
from importlib.metadata import version
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.howto import blocks, run
from vigo_pipeline.engine.ledger.seal import FIL
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.nett.vern import Innlogging

# Dagster is imported where it is used: every worker imports this file, and Dagster takes seconds.
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
TJENESTER: dict[str, dict[str, Any]] = COMPOSE["services"]
VERDIER = yaml.safe_load((DEPLOY / "helm-values.yaml").read_text("utf-8"))
INSTANS = yaml.safe_load((ROOT / "dagster.yaml").read_text("utf-8"))
PROSJEKT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# What migrates runs our code too, and ends.
VAAR_KODE = {"kode", "arbeider", "migrering", "rapporter"}
DAGSTER = VAAR_KODE | {"daemon", "innsyn", "admin"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
# The keys of the official chart, version 1.13: the first level, and those below that we set.
CHART = tomllib.loads((Path(__file__).parent / "chart.toml").read_text("utf-8"))


def test_only_the_logins_are_published() -> None:
    utad = {n for n, t in TJENESTER.items() if "ports" in t}
    assert utad == {"innlogging-innsyn", "innlogging-admin", "innlogging-rapporter"}
    admin = TJENESTER["innlogging-admin"]["environment"]
    assert admin["OAUTH2_PROXY_UPSTREAMS"] == "http://admin:3000/"
    assert admin["OAUTH2_PROXY_ALLOWED_GROUPS"] == "${VIGO_ADMINGRUPPE:?}"
    assert TJENESTER["innlogging-innsyn"]["environment"]["OAUTH2_PROXY_UPSTREAMS"] == (
        "http://innsyn:3000/"
    )
    for navn in utad:
        assert list(TJENESTER[navn]["networks"]) == ["front"]


def test_the_door_believes_its_own_login_and_nobody_else() -> None:
    inngang, login = TJENESTER["rapporter"], TJENESTER["innlogging-rapporter"]
    fra = login["networks"]["front"]["ipv4_address"]
    assert inngang["environment"]["VIGO_INNLOGGET_FRA"] == fra
    assert login["environment"]["OAUTH2_PROXY_UPSTREAMS"] == "http://rapporter:8041/"
    assert inngang["command"][3:5] == ["--port", "8041"]
    [nett] = COMPOSE["networks"]["front"]["ipam"]["config"]
    # Docker gives it to no other service.
    assert ip_address(fra) in ip_network(nett["subnet"])
    assert ip_address(fra) not in ip_network(nett["ip_range"])
    assert not {"DAGSTER_PG_PASSWORD", "VIGO_CELERY"} & set(inngang["environment"])
    oppsett = Innstillinger.from_env(
        {n: inngang["environment"][n] for n in ("VIGO_INNLOGGET", "VIGO_INNLOGGET_FRA")}
    )
    assert Innlogging("https://x", str(oppsett.innlogget), oppsett.innlogget_fra).comes_from(fra)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl mangler")
def test_the_certificate_that_the_page_makes_is_the_servers(tmp_path: Path) -> None:
    [sh] = [b.text for b in blocks("how-to/deploy.md") if "openssl" in b.text]
    # Only root gives a file away.
    run(f"set -e\nchown() {{ :; }}\n{sh}", tmp_path, {**os.environ})
    proeve = "openssl verify -CAfile ca.crt -verify_hostname"
    assert "postgres.crt: OK" in run(f"{proeve} postgres postgres.crt", tmp_path, {**os.environ})
    assert "mismatch" in run(f"{proeve} annen postgres.crt || true", tmp_path, {**os.environ})
    assert (tmp_path / "postgres.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_the_page_for_looking_can_start_nothing() -> None:
    from dagster_webserver.cli import dagster_webserver  # noqa: PLC0415

    assert "--read-only" in TJENESTER["innsyn"]["command"]
    assert "--read-only" not in TJENESTER["admin"]["command"]
    assert "--read-only" in CliRunner().invoke(dagster_webserver, ["--help"]).output


def test_data_and_sentralbase_are_given_to_our_code_only() -> None:
    for navn, t in TJENESTER.items():
        ny = set(t.get("environment", {})) & {"VIGO_DATABASE_URL", "VIGO_CELERY"}
        assert bool(ny) == (navn in VAAR_KODE), navn
        assert ("data:/data" in t.get("volumes", [])) == (navn in VAAR_KODE), navn


def test_the_queue_knows_the_headers_of_the_login() -> None:
    for navn, hode in (
        ("VIGO_INNLOGGET", "X-Forwarded-Email"),
        ("VIGO_INNLOGGET_ID", "X-Forwarded-User"),
    ):
        assert {TJENESTER[n]["environment"][navn] for n in DAGSTER} == {hode}
    paa_helm = [
        {e["name"]: e["value"] for e in t["env"] if e["name"].startswith("VIGO_INNLOGGET")}
        for t in (
            *(VERDIER["dagsterWebserver"], VERDIER["dagsterDaemon"]),
            *VERDIER["dagster-user-deployments"]["deployments"],
        )
    ]
    svar = VERDIER["ingress"]["annotations"]
    satt = svar["nginx.ingress.kubernetes.io/auth-response-headers"].split(",")
    assert all(list(hoder.values()) == satt for hoder in paa_helm)


def test_every_image_is_pinned_and_every_service_starts_again() -> None:
    for navn, t in TJENESTER.items():
        merke = t["image"].rpartition(":")[2] if "${" not in t["image"] else t["image"]
        assert merke not in {"", "latest"}, navn
        assert "/" not in merke, f"{navn}: no tag"
        assert t["restart"] == ("no" if navn == "migrering" else "unless-stopped"), navn
    assert {n for n, t in TJENESTER.items() if "VIGO_VERSJON" in t["image"]} == DAGSTER


def test_services_networks_volumes_and_variables_are_named_once_and_used() -> None:
    for navn, t in TJENESTER.items():
        assert set(t.get("depends_on", [])) <= set(TJENESTER), navn
        assert set(t["networks"]) <= set(COMPOSE["networks"]), navn
        navngitte = {v.split(":")[0] for v in t.get("volumes", []) if v[0] not in ".$"}
        assert navngitte <= set(COMPOSE["volumes"]), navn
        lokale = [v.split(":")[0] for v in t.get("volumes", []) if v.startswith(".")]
        assert all((DEPLOY / sti).is_file() for sti in lokale), navn
    tekst = (DEPLOY / "compose.yaml").read_text("utf-8")
    brukt = set(re.findall(r"(?<!\$)\$\{(\w+)", tekst))
    linjer = (DEPLOY / "eksempel.env").read_text("utf-8").splitlines()
    assert {x.split("=")[0] for x in linjer if x and x[0] != "#"} == brukt
    # None has a default that somebody could forget to change.
    assert not re.findall(r"(?<!\$)\$\{\w+(?!:\?\})\W", tekst)


@pytest.mark.parametrize("navn", sorted(VAAR_KODE))
def test_the_settings_of_our_code_are_settings_we_have(
    navn: str,
) -> None:
    egne = {k for k in TJENESTER[navn]["environment"] if k.startswith("VIGO_")}
    ukjente = egne - {v.navn for v in Innstillinger.variabler().values()}
    assert not ukjente, f"settings that nobody reads: {sorted(ukjente)}"


def test_the_image_is_made_of_pinned_wheels_and_runs_as_a_user() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.M) == ["python:3.11.15-slim"] * 2
    assert re.search(
        r"pip download .*--only-binary :all: --require-hashes -r constraints\.txt", DOCKERFILE
    )
    assert re.search(r'pip install .*--no-index --find-links \S+ "\.\[server\]"', DOCKERFILE)
    assert "DAGSTER_REDACT_USER_CODE_ERRORS=1" in DOCKERFILE
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.M) == ["vigo"]
    inn = [s for x in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.M) for s in x.split()[:-1]]
    assert inn and all((ROOT / sti).exists() for sti in inn)
    assert PROSJEKT["optional-dependencies"]["server"]


@pytest.mark.slow
def test_the_instance_is_dagster_yaml_with_postgres_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster._core.instance.config import dagster_instance_config  # noqa: PLC0415

    deler = (ROOT / "dagster.yaml", DEPLOY / "postgres.yaml")
    (tmp_path / "dagster.yaml").write_text("".join(d.read_text("utf-8") for d in deler), "utf-8")
    for navn, verdi in TJENESTER["daemon"]["environment"].items():
        if navn.startswith("DAGSTER_PG_"):
            monkeypatch.setenv(navn, "5432" if navn.endswith("PORT") else str(verdi))
    oppsett, _ = dagster_instance_config(str(tmp_path))
    assert oppsett["storage"]["postgres"]["postgres_db"]["scheme"] == "postgresql+psycopg2"
    assert {k: v for k, v in oppsett.items() if k != "storage"} == INSTANS
    assert oppsett["telemetry"] == {"enabled": False}


@pytest.mark.slow
def test_the_code_location_is_where_the_workspace_looks() -> None:
    from dagster._cli import create_dagster_cli  # noqa: PLC0415

    [sted] = yaml.safe_load((DEPLOY / "workspace.yaml").read_text("utf-8"))["load_from"]
    grpc = sted["grpc_server"]
    kommando = TJENESTER[grpc["host"]]["command"]
    assert kommando[kommando.index("-p") + 1] == str(grpc["port"])
    hjelp = CliRunner().invoke(create_dagster_cli(), ["api", "grpc", "--help"]).output
    assert {"--host", "--port", "--module-name"} <= set(re.findall(r"--[a-z-]+", hjelp))


@pytest.mark.slow
def test_workers_ask_the_broker_of_the_setting_and_answer_for_a_step_when_it_is_done() -> None:
    from dagster_celery.executor import celery_executor  # noqa: PLC0415

    oppsett = yaml.safe_load((DEPLOY / "celery.yaml").read_text("utf-8"))["execution"]["config"]
    assert oppsett["broker"] == oppsett["backend"] == {"env": "VIGO_CELERY"}
    assert set(oppsett) <= set(celery_executor.config_schema.config_type.fields)
    kilde = oppsett["config_source"]
    # A worker that is gone gives its step back well before the run is ended.
    skjult = kilde["broker_transport_options"]["visibility_timeout"]
    assert skjult * 4 <= INSTANS["run_monitoring"]["max_runtime_seconds"]
    assert kilde["task_acks_late"]
    assert kilde["task_reject_on_worker_lost"]


def test_helm_sets_only_keys_that_the_chart_has() -> None:
    ukjente = set(VERDIER) - set(CHART["topp"])
    ukjente |= {
        f"{navn}.{k}"
        for navn, kjente in CHART["under"].items()
        for k in set(VERDIER.get(navn, {})) - set(kjente)
    }
    [kode] = VERDIER["dagster-user-deployments"]["deployments"]
    ukjente |= {f"deployments.{k}" for k in set(kode) - set(CHART["deployment"])}
    overvaaket = VERDIER["dagsterDaemon"]["runMonitoring"]
    ukjente |= {f"runMonitoring.{k}" for k in set(overvaaket) - set(CHART["run_monitoring"])}
    assert not ukjente, f"keys that the chart does not know: {sorted(ukjente)}"


def test_pods_share_the_object_store_and_no_disk() -> None:
    [kode] = VERDIER["dagster-user-deployments"]["deployments"]
    assert not [v["name"] for v in kode["volumes"] if set(v) & {"persistentVolumeClaim"}]
    steder = {m["mountPath"] for m in kode["volumeMounts"]}
    miljoe = {e["name"]: e["value"] for e in kode["env"]}
    assert f"{miljoe['VIGO_HOME']}/{FIL}" in steder
    for navn in ("VIGO_LAGER", "VIGO_KJENNETEGN_NOEKKEL"):
        assert str(Path(miljoe[navn]).parent) in steder, navn


def test_helm_runs_the_same_version_with_the_same_rules_as_dagster_yaml() -> None:
    [kode] = VERDIER["dagster-user-deployments"]["deployments"]
    bilder = [
        VERDIER["dagsterWebserver"]["image"],
        VERDIER["dagsterDaemon"]["image"],
        kode["image"],
    ]
    assert {b["tag"] for b in bilder} == {PROSJEKT["version"]}
    assert VERDIER["postgresql"]["postgresqlScheme"] == "postgresql+psycopg2"
    assert VERDIER["telemetry"] == INSTANS["telemetry"]
    koe = VERDIER["dagsterDaemon"]["runCoordinator"]["config"]["customRunCoordinator"]
    egen = {"config": INSTANS["run_coordinator"]["config"] | INSTANS["concurrency"]["runs"]}
    assert koe == INSTANS["run_coordinator"] | egen
    for slag in ("schedule", "sensor"):
        beholdt = INSTANS["retention"][slag]["purge_after_days"]
        assert VERDIER["retention"][slag]["purgeAfterDays"] == beholdt
    for miljoe in (
        VERDIER["dagsterWebserver"]["env"],
        VERDIER["dagsterDaemon"]["env"],
        kode["env"],
    ):
        assert {"name": "DAGSTER_REDACT_USER_CODE_ERRORS", "value": "1"} in miljoe
    assert VERDIER["computeLogManager"] == {"type": "NoOpComputeLogManager"}
    assert f"--version {version('dagster')} " in (DEPLOY / "helm-values.yaml").read_text("utf-8")
