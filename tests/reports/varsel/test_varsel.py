"""Alerts reach a real mail server and a real webhook, each once, whatever breaks on the way."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.reports.varsel.tjenere import Nettsted, Postkasse, mail_server, web_server
from tests.vigo import VIGO
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger, InvalidSetting
from vigo_pipeline.reports.varsel.addressees import InvalidRecipients, read_recipients
from vigo_pipeline.reports.varsel.alert import Varsel, alerts_on, due_for_alert, near_deadline
from vigo_pipeline.reports.varsel.dispatch import Utfall, send_alerts

# Seven working days before 1. levering of ssbElev.
SJU = date(2025, 10, 10)
RUNDE = ("oktober", "1-levering")


@dataclass
class Varsling:
    """An installation in which nothing has come in, and the servers that it tells through."""

    pipeline: Pipeline
    post: Postkasse
    nett: Nettsted

    def send(self, dag: date = SJU) -> list[Utfall[Varsel]]:
        """Send, and return what became of the one round that these tests look at."""
        alle = send_alerts(self.pipeline, dag)
        return [
            u
            for u in alle
            if (u.varsel.frist.hendelse.flyt, u.varsel.frist.hendelse.runde) == RUNDE
            if not u.varsel.frist.hendelse.filfrist
        ]

    def mail(self) -> list[tuple[str, str]]:
        """Return the mail of the round: to whom, and the text."""
        om = "ssbElev og ssbElevfag pr 01.10, 1. levering"
        egne = [b for b in self.post.brev if om in b["Subject"]]
        return [(b["To"], b.get_content().replace("\r\n", "\n")) for b in egne]


@pytest.fixture
def varsling(database: str, tmp_path: Path, register: Register) -> Iterator[Varsling]:
    with mail_server() as post, web_server() as nett:
        liste = tmp_path / "mottakere.toml"
        liste.write_text(
            f'[drift]\nepost = ["drift@eksempel.invalid", "vakt@eksempel.invalid"]\n'
            f'webhook = "{nett.adresse}"\n'
            f'[avgiver.03]\nepost = ["skole@eksempel.invalid"]\n',
            "utf-8",
        )
        oppsett = Innstillinger(
            hjem=tmp_path,
            inn=tmp_path,
            database_url=database,
            avgivere=("03", "waade"),
            mottakere=liste,
            smtp_vert="127.0.0.1",
            smtp_port=post.port,
            smtp_sikkerhet="ingen",
            smtp_fra="vigo@eksempel.invalid",
        )
        pipeline = Pipeline(register, oppsett)
        yield Varsling(pipeline, post, nett)
        pipeline.engine.dispose()


def test_everybody_is_told_what_they_have_left_to_do(varsling: Varsling) -> None:
    utfall = varsling.send()
    assert Counter((u.varsel.mottaker, u.kanal, u.resultat) for u in utfall) == {
        ("drift", "epost", "sendt"): 1,
        ("drift", "webhook", "sendt"): 1,
        ("03", "epost", "sendt"): 1,
        ("waade", "", "ingen mottaker"): 1,
    }
    til = dict(varsling.mail())
    oversikt = til["drift@eksempel.invalid, vakt@eksempel.invalid"]
    assert "Frist om 7 arbeidsdager, 21.10.2025." in oversikt
    assert "Datoen er antatt" in oversikt
    assert "Levert: 0 av 2 avgivere." in oversikt
    assert "  - 03 Oslo\n" in oversikt
    assert "  - ssbElev.csv: ikke klar" in oversikt
    assert "«vigo hvorfor oktober --skoleaar 2025-2026 --runde 1-levering»" in oversikt
    assert "inn/2025-2026/1-levering/03/" in til["skole@eksempel.invalid"]
    # October is whole files: a first one may not be empty, as MOT-001 says too.
    skolens = til["skole@eksempel.invalid"]
    assert "INGEN_ENDRINGER.txt hvis dere har levert før i skoleåret og ikke har endr" in skolens
    assert "waade" not in til["skole@eksempel.invalid"]


@pytest.mark.parametrize(
    ("dag", "flyt", "hendelse", "hvem"),
    [
        pytest.param(date(2025, 8, 15), "voksen", "inn.voksen.august", "F", id="adults, August"),
        pytest.param(date(2025, 10, 15), "oktober", "inn.oktober", "FW", id="1 October, for all"),
        pytest.param(date(2025, 10, 21), "oktober", "ssbelev.1-levering", "FW", id="the delivery"),
        pytest.param(date(2025, 11, 14), "loepende", "privat.november", "W", id="Waade, November"),
        pytest.param(date(2025, 11, 28), "loepende", "inn.lopende.november", "F", id="November"),
        pytest.param(date(2026, 1, 15), "loepende", "privat.januar", "W", id="Waade, January"),
        pytest.param(date(2026, 2, 13), "februar", "inn.februar", "FW", id="1. termin, for all"),
        pytest.param(date(2026, 2, 13), "voksen", "voksensoekere.februar", "F", id="adults"),
        pytest.param(
            date(2026, 3, 31), "loepende", "inn.lopende.mars", "F", id="no Waade in March"
        ),
        pytest.param(date(2026, 6, 15), "juni", "inn.juni", "FW", id="the year's end, for all"),
    ],
)
def test_those_whose_files_are_due_are_told(
    dag: date, flyt: str, hendelse: str, hvem: str, varsling: Varsling
) -> None:
    naer = [
        (f, stand) for f, _, stand in near_deadline(varsling.pipeline, dag, {flyt}) if f.dato == dag
    ]
    [(frist, stand)] = naer
    mangler = {a.avgiver for a in stand.mangler_fra}
    alle = "".join(sorted({"F" if a.isdigit() else "W" for a in mangler}))
    assert (frist.hendelse.id, alle) == (hendelse, hvem)
    assert bool(stand.leveranser) == (frist.hendelse.fra == "VIGO")


def test_a_webhook_gets_the_same_as_facts(varsling: Varsling) -> None:
    varsling.send()
    alle = {k["frist"]: k for k in varsling.nett.kall if (k["flyt"], k["runde"]) == RUNDE}
    # The files are due before what is made of them.
    assert alle.keys() == {"2025-10-15", "2025-10-21"}
    fakta = alle["2025-10-21"]
    assert fakta["antatt"] is True
    assert fakta["ikke_levert"] == ["03", "waade"]
    assert fakta["avviste_filer"] == {}
    assert fakta["leveranser"] == {"ssbelev": "utkast", "ssbelevfag": "utkast"}
    assert fakta["text"].startswith("ssbElev og ssbElevfag pr 01.10, 1. levering: frist om 7")


def test_the_same_day_tells_nothing_new(varsling: Varsling) -> None:
    varsling.send()
    brev, kall = len(varsling.post.brev), len(varsling.nett.kall)
    assert {u.resultat for u in varsling.send()} == {"sendt før", "ingen mottaker"}
    assert (len(varsling.post.brev), len(varsling.nett.kall)) == (brev, kall)
    ider = [b["Message-ID"] for b in varsling.post.brev]
    assert len(set(ider)) == len(ider)


def test_each_threshold_tells_once_and_a_missed_day_is_made_up_for(varsling: Varsling) -> None:
    # T-14, -7, -2 and 0 were 1, 10, 17 and 21 October; nothing ran from the 9th to the 13th.
    dager = [1, 2, 8, 14, 15, 17, 20, 21, 22, 23]
    sendt = [d for d in dager if "sendt" in {u.resultat for u in varsling.send(date(2025, 10, d))}]
    assert sendt == [1, 14, 17, 21, 22]
    assert Counter(til for til, _ in varsling.mail()) == {
        "drift@eksempel.invalid, vakt@eksempel.invalid": 5,
        "skole@eksempel.invalid": 5,
    }


def test_a_closed_round_is_silent(varsling: Varsling) -> None:
    [(frist, _)] = [
        (f, t)
        for f, t in due_for_alert(SJU)
        if (f.hendelse.flyt, f.hendelse.runde) == RUNDE and not f.hendelse.filfrist
    ]
    partisjon = next(v.partisjon for v in alerts_on(varsling.pipeline, SJU) if v.frist == frist)
    close(varsling.pipeline.engine, "oktober", partisjon, hvem="Kari", vannmerke=0)
    assert varsling.send() == []


@pytest.mark.fault("receiver", "around")
def test_a_server_that_is_down_is_tried_again(varsling: Varsling) -> None:
    varsling.post.avvis = "451 prøv igjen"
    varsling.nett.svar = 503
    utfall = varsling.send()
    assert {u.resultat for u in utfall if u.kanal} == {"ikke sendt"}
    assert {u.merknad for u in utfall if u.kanal} == {
        "127.0.0.1 tok ikke imot e-posten (kode 451).",
        "Webhooken hos 127.0.0.1 svarte 503.",
    }
    varsling.post.avvis, varsling.nett.svar = "", 204
    assert {u.resultat for u in varsling.send() if u.kanal} == {"sendt"}
    assert len(varsling.mail()) == 2


def test_nobody_at_the_address_is_tried_again(varsling: Varsling, tmp_path: Path) -> None:
    # Ports that nobody listens on.
    liste = tmp_path / "ingen.toml"
    liste.write_text('[drift]\nepost = ["a@eksempel.invalid"]\nwebhook = "http://127.0.0.1:1/x"\n')
    nytt = {"smtp_port": 1, "mottakere": liste}
    doev = Pipeline(varsling.pipeline.register, varsling.pipeline.oppsett.model_copy(update=nytt))
    utfall = Varsling(doev, varsling.post, varsling.nett).send()
    assert {(u.kanal, u.resultat) for u in utfall if u.kanal} == {
        ("epost", "ikke sendt"),
        ("webhook", "ikke sendt"),
    }
    doev.engine.dispose()
    assert {u.resultat for u in varsling.send() if u.kanal} == {"sendt"}


def test_a_redirect_is_a_refusal_and_the_address_is_not_told(varsling: Varsling) -> None:
    varsling.nett.svar = 302
    [hook] = [u for u in varsling.send() if u.kanal == "webhook"]
    assert (hook.resultat, hook.merknad) == ("ikke sendt", "Webhooken hos 127.0.0.1 svarte 302.")


@pytest.mark.fault("killed", "around")
def test_a_sender_that_is_killed_between_does_not_tell_twice(
    varsling: Varsling, tmp_path: Path
) -> None:
    varsling.post.brudd = True
    o = varsling.pipeline.oppsett
    # A process of its own sends nothing to a webhook on this machine.
    liste = tmp_path / "bare_epost.toml"
    linjer = Path(str(o.mottakere)).read_text("utf-8").splitlines()
    liste.write_text("\n".join(x for x in linjer if "webhook" not in x), "utf-8")
    env = {
        **os.environ,
        "VIGO_HOME": str(o.hjem),
        "VIGO_DATABASE_URL": str(o.database_url),
        "VIGO_AVGIVERE": "03,waade",
        "VIGO_MOTTAKERE": str(liste),
        "VIGO_SMTP_VERT": "127.0.0.1",
        "VIGO_SMTP_PORT": str(o.smtp_port),
        "VIGO_SMTP_SIKKERHET": "ingen",
        "VIGO_SMTP_FRA": str(o.smtp_fra),
    }
    kommando = [*VIGO, "varsle", "--dag", "2025-10-21"]
    with subprocess.Popen(kommando, env=env, stderr=subprocess.DEVNULL) as sender:  # noqa: S603
        assert varsling.post.kom.wait(60)
        sender.kill()
    varsling.post.brudd = False
    [foerste] = varsling.post.brev
    utfall = send_alerts(varsling.pipeline, date(2025, 10, 21))
    assert Counter(u.resultat for u in utfall)["uvisst"] == 1
    alle = [(b["To"], b["Subject"]) for b in varsling.post.brev]
    assert alle.count((foerste["To"], foerste["Subject"])) == 1
    assert len(set(alle)) == len(alle) > 1


def test_mail_needs_a_server_before_anything_is_sent(varsling: Varsling) -> None:
    uten = varsling.pipeline.oppsett.model_copy(update={"smtp_vert": None})
    with pytest.raises(InvalidSetting, match="VIGO_SMTP_VERT"):
        send_alerts(Pipeline(varsling.pipeline.register, uten), SJU)
    assert varsling.nett.kall == []


@pytest.mark.parametrize(
    ("tekst", "ord_"),
    [
        (
            '[drift]\nepost = ["Kari Nordmann"]',
            "2: drift.epost nr 1: det som står der, skal være en adresse",
        ),
        ('[drift]\nwebhook = "file:///etc/passwd"', "drift.webhook"),
        ('[drift]\nsms = ["1"]', "drift.sms"),
        ('[skole.318]\nepost = ["a@b.invalid"]', "skole.318"),
        ('[avgiver.99]\nepost = ["a@b.invalid"]', "99 er ikke avgivere"),
        ("[drift", r"mottakere\.toml:1: overskriften mangler «]»"),
    ],
)
def test_a_mistake_among_the_receivers_says_where_and_not_what(
    tekst: str, ord_: str, tmp_path: Path
) -> None:
    sti = tmp_path / "mottakere.toml"
    sti.write_text(tekst, "utf-8")
    with pytest.raises(InvalidRecipients, match=ord_) as feil:
        read_recipients(sti, ["03", "waade"])
    assert "Nordmann" not in str(feil.value)
