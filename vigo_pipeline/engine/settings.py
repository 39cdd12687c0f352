"""Settings of one installation, from environment variables; the defaults run on a bare machine."""

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, SecretStr

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.domain import osmo, privatist
from vigo_pipeline.domain.hvem import UKJENT
from vigo_pipeline.engine import setting_values as les
from vigo_pipeline.engine import training
from vigo_pipeline.engine.addresses import broker_address, database_address, web_address
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.setting_values import Variabel


class InvalidSetting(VigoError):
    """An environment variable has a value that is not allowed, or a name that is none."""


# docs/kilder/kodeverksbasen.md.
KODEVERKSBASE = "https://kodeverk.vigo.no"
# ``opplaering``: a home that says so itself, as no setting can.
Modus = Literal["test", "reell", "opplaering"]
# Where what was dropped in an object store is copied to, in the home.
HENTET = "hentet"
# Kubernetes gives each pod the addresses of the services beside it, under their names.
_TJENESTE = re.compile(r"VIGO_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP)(_\w+)?)")
_TJENESTEPORT = re.compile(r"(tcp|udp)://\S+")


class Innstillinger(Strict):
    """Where things are kept and which mode the pipeline runs in.

    Every setting is declared here once, with its variable: ``from_env``, the table of
    docs/reference/innstillinger.md and the command ``vigo innstillinger`` go by that.
    """

    # An address may hold a password, and is shown in neither a text of the object nor an error.
    model_config = ConfigDict(hide_input_in_errors=True)

    hjem: Annotated[Path, Variabel("VIGO_HOME", "where everything is kept", "`.vigo`", les.folder)]
    inn: Annotated[Path, Variabel("VIGO_INN", "where `inn/` is", "`VIGO_HOME`", les.folder)]
    database_url: Annotated[
        str | None,
        Variabel(
            "VIGO_DATABASE_URL",
            "your PostgreSQL, `postgresql://…`",
            "an embedded server",
            database_address,
        ),
    ] = Field(default=None, repr=False)
    database_eier_url: Annotated[
        str | None,
        Variabel(
            "VIGO_DATABASE_EIER_URL",
            "the same database as its owner, for migrations only",
            "`VIGO_DATABASE_URL`",
            database_address,
        ),
    ] = Field(default=None, repr=False)
    modus: Annotated[
        Modus,
        Variabel(
            "VIGO_MODUS",
            "`reell` refuses synthetic persons and ASSUMED columns",
            "`test`",
            les.choice("test", "reell"),
        ),
    ] = "test"
    ukjente_kolonner: Annotated[
        Literal["antatt", "tom"],
        Variabel(
            "VIGO_UKJENTE_KOLONNER",
            "`tom` leaves ASSUMED columns blank",
            "`antatt`",
            les.choice("antatt", "tom"),
        ),
    ] = "antatt"
    avgivere: Annotated[
        tuple[str, ...],
        Variabel(
            "VIGO_AVGIVERE",
            "only these report, `03,waade`; MOT-003, the manifest and the summary say who is "
            "left out",
            "all of the skoleår",
            les.avgivere,
        ),
    ] = ()
    bruker: Annotated[
        str, Variabel("VIGO_BRUKER", "who runs, kept in the ledger", "`USER`", les.person)
    ] = UKJENT
    innlogget: Annotated[
        str | None,
        Variabel(
            "VIGO_INNLOGGET",
            "the header in which a login in front of Dagster tells who it let in, "
            "`X-Forwarded-Email`",
            "nobody is logged in",
            les.header,
        ),
    ] = None
    innlogget_id: Annotated[
        str | None,
        Variabel(
            "VIGO_INNLOGGET_ID",
            "the header in which that login tells the id it knows the person by, "
            "`X-Forwarded-User`",
            "names are compared",
            les.header,
        ),
    ] = None
    innlogget_fra: Annotated[
        tuple[IPv4Network | IPv6Network, ...],
        Variabel(
            "VIGO_INNLOGGET_FRA",
            "the addresses that such a login comes from, `172.30.17.10` or `10.0.0.0/24`: who "
            "comes from elsewhere with its header is refused by our own pages",
            "`vigo sjekk --nett` believes any; `vigo hent --nett` is not served",
            les.networks,
        ),
    ] = ()
    lesere: Annotated[
        Path | None,
        Variabel(
            "VIGO_LESERE",
            "[TOML file](../how-to/hent.md#on-a-page-behind-the-login) "
            "of who may fetch which restricted reports from `vigo hent --nett`",
            "nobody may; it is not served",
            les.existing_file,
        ),
    ] = None
    kjennetegn_noekkel: Annotated[
        Path | None,
        Variabel(
            "VIGO_KJENNETEGN_NOEKKEL",
            "the file of the keys that tokens of persons are made with; outside the home it is not "
            "in the backup",
            "`VIGO_HOME/kjennetegn.noekkel`, made when there is none",
            les.any_file,
        ),
    ] = None
    celery: Annotated[
        str | None,
        Variabel(
            "VIGO_CELERY",
            "the broker, `redis://…`, of the workers that do the steps of a Dagster run",
            "a run does its own",
            broker_address,
        ),
    ] = Field(default=None, repr=False)
    mottakere: Annotated[
        Path | None,
        Variabel(
            "VIGO_MOTTAKERE",
            "[TOML file](../how-to/automatikk.md#deadlines) "
            "of who is told of deadlines, and of what a run has changed",
            "nobody is told",
            les.existing_file,
        ),
    ] = None
    kanaler: Annotated[
        Path | None,
        Variabel(
            "VIGO_KANALER",
            "[TOML file](../how-to/kanal.md) of how deliveries go to each receiver",
            "the outbox, for all",
            les.existing_file,
        ),
    ] = None
    kopi: Annotated[
        Path | None,
        Variabel(
            "VIGO_KOPI",
            "the folder of the backups, outside the home: each gets a folder there, named by its "
            "day",
            "`vigo sikkerhetskopi` is told where; the schedule takes none",
            les.folder,
        ),
    ] = None
    kopi_noekkel: Annotated[
        Path | None,
        Variabel(
            "VIGO_KOPI_NOEKKEL",
            "the public key of OpenPGP that backups are encrypted to",
            "`vigo sikkerhetskopi` is told which",
            les.existing_file,
        ),
    ] = None
    kopi_fingeravtrykk: Annotated[
        str | None,
        Variabel(
            "VIGO_KOPI_FINGERAVTRYKK",
            "its fingerprint, whole",
            "`vigo sikkerhetskopi` is told it",
            les.fingerprint,
        ),
    ] = None
    kopi_privat_noekkel: Annotated[
        Path | None,
        Variabel(
            "VIGO_KOPI_PRIVAT_NOEKKEL",
            "the private key of it, where backups are tried by being restored",
            "they are not tried here",
            les.existing_file,
        ),
    ] = None
    kopi_passord: Annotated[
        Path | None,
        Variabel(
            "VIGO_KOPI_PASSORD",
            "the file with the password of the private key",
            "it has none",
            les.existing_file,
        ),
    ] = None
    oppbevaring: Annotated[
        Path | None,
        Variabel(
            "VIGO_OPPBEVARING",
            "[TOML file](../how-to/rydd.md#decide) "
            "of how long each kind of data is kept here, and by whose decision",
            "nothing is deleted",
            les.existing_file,
        ),
    ] = None
    lager: Annotated[
        Path | None,
        Variabel(
            "VIGO_LAGER",
            "[TOML file](../how-to/deploy.md#more-than-one-machine) "
            "of the S3-compatible object store that several machines share, in place of "
            "a disk",
            "the folders of `VIGO_HOME` alone",
            les.existing_file,
        ),
    ] = None
    smtp_vert: Annotated[
        str | None,
        Variabel(
            "VIGO_SMTP_VERT",
            "the mail server",
            "needed when somebody is told by e-mail",
            les.host,
        ),
    ] = None
    smtp_fra: Annotated[
        str | None,
        Variabel(
            "VIGO_SMTP_FRA",
            "the sender's address",
            "needed when somebody is told by e-mail",
            les.mail_address,
        ),
    ] = None
    smtp_port: Annotated[int, Variabel("VIGO_SMTP_PORT", "its port", "`587`", les.port)] = Field(
        default=587, ge=1, le=65535
    )
    smtp_sikkerhet: Annotated[
        Literal["starttls", "tls", "ingen"],
        Variabel(
            "VIGO_SMTP_SIKKERHET",
            "`starttls`, `tls` or `ingen`",
            "`starttls`",
            les.choice("starttls", "tls", "ingen"),
        ),
    ] = "starttls"
    smtp_bruker: Annotated[
        str | None, Variabel("VIGO_SMTP_BRUKER", "who logs in there", "no login")
    ] = None
    smtp_passord: Annotated[
        SecretStr | None,
        Variabel("VIGO_SMTP_PASSORD", "with which password", "no login", SecretStr),
    ] = None
    foerste_skoledag: Annotated[
        str | None,
        Variabel(
            "VIGO_FOERSTE_SKOLEDAG",
            "the first school days: for all, for a fylke, for a school, of any skoleår: "
            "`2025-08-18,03=2025-08-20,03018=2025-08-21`",
            "first weekday after 15 August, ASSUMED",
            les.first_school_days,
        ),
    ] = None
    ot_osmo: Annotated[
        str | None,
        Variabel(
            "VIGO_OT_OSMO",
            "who is transferred to OT for having no studie- or yrkeskompetanse, for all and for a "
            "fylke: `smal,03=vid,11=av`; `av` nobody, `smal` who has been through trinn 3 or had a "
            "contract, `vid` all",
            "`smal`, ASSUMED",
            les.choice_of_fylker(osmo.VALG),
        ),
    ] = None
    ot_enheter: Annotated[
        str | None,
        Variabel(
            "VIGO_OT_ENHETER",
            "the OT unit of a fylke, and of a municipality that has another: "
            "`03=03299,46=46299,4601=46298`",
            "lines to OT are made without a unit, and none is exported without one",
            les.ot_units,
        ),
    ] = None
    privatister: Annotated[
        str | None,
        Variabel(
            "VIGO_PRIVATISTER",
            "whether privatister (elevstatus P) are counted pr 01.10, for all and for a fylke: "
            "`uten,03=med`",
            "`uten`, ASSUMED",
            les.choice_of_fylker(privatist.VALG),
        ),
    ] = None
    kodeverksbase: Annotated[
        str,
        Variabel(
            "VIGO_KODEVERKSBASE",
            "where code lists are fetched: VIGO Kodeverksbase, or a copy that answers as it does",
            f"`{KODEVERKSBASE}`",
            web_address,
        ),
    ] = KODEVERKSBASE
    nettsted_adresse: Annotated[
        str | None,
        Variabel(
            "VIGO_NETTSTED",
            "where the status site is served, `https://…`: reports, checks and `vigo sjekk` lead "
            "to the page of each rule there",
            "no links",
            web_address,
        ),
    ] = None

    rapport_adresse: Annotated[
        str | None,
        Variabel(
            "VIGO_RAPPORTADRESSE",
            "where others reach `vigo hent --nett`, `https://…`: what a school is told of a run "
            "leads to its report there",
            "it is told where the file lies",
            web_address,
        ),
    ] = None
    tilgjengelighet_kontakt: Annotated[
        str | None,
        Variabel(
            "VIGO_TILGJENGELIGHET_KONTAKT",
            "who answers when a page cannot be used: an address of e-mail, or words, in the "
            "accessibility statement",
            "the statement says that nobody is named",
            les.person,
        ),
    ] = None
    tilgjengelighet_dato: Annotated[
        date | None,
        Variabel(
            "VIGO_TILGJENGELIGHET_DATO",
            "the day that somebody last went through the accessibility statement, `2026-11-29`",
            "the statement says that it is not told",
            les.day,
        ),
    ] = None

    @classmethod
    def variabler(cls) -> dict[str, Variabel]:
        """Return the variable of each setting, by its field."""
        return {
            felt: v
            for felt, info in cls.model_fields.items()
            for v in info.metadata
            if isinstance(v, Variabel)
        }

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Return the settings that the VIGO_ variables give; a blank one is not set.

        Raises:
            InvalidSetting: a variable has a value that is not allowed, or a name that none has.
                All of them at once, each with what it may be.
        """
        lest: dict[str, object] = {"hjem": les.folder(".vigo")}
        # What the machine calls the user is no setting: it is taken as it is.
        lest |= {"bruker": env["USER"]} if env.get("USER", "").strip() else {}
        feil = list(_misspelt(env, [v.navn for v in cls.variabler().values()]))
        for felt, variabel in cls.variabler().items():
            # A password may begin or end with a space; nothing else does.
            raa = env.get(variabel.navn, "")
            tekst = raa if felt == "smtp_passord" else raa.strip()
            if not tekst:
                continue
            try:
                lest[felt] = variabel.les(tekst)
            except ValueError as aarsak:
                feil.append(f"{variabel.navn}: {aarsak}.")
        if ("smtp_bruker" in lest) != ("smtp_passord" in lest):
            feil.append("VIGO_SMTP_BRUKER og VIGO_SMTP_PASSORD: sett begge, eller ingen av dem.")
        if "lager" in lest and "inn" in lest:
            feil.append("VIGO_LAGER og VIGO_INN: sett én. Med et lager ligger inn/ der.")
        if training.day_of(Path(str(lest["hjem"]))):
            feil += [
                f"{navn}: hjemmet er for opplæring ({training.MERKE}), og kan ikke ha den. Ta den "
                "bort, eller velg et annet hjem med VIGO_HOME."
                for navn in training.let_out(env)
            ]
            lest["modus"] = "opplaering"
        if feil:
            raise InvalidSetting("\n  ".join(["Ugyldig innstilling.", *feil]))
        # What others have dropped in the store is copied to a folder that nobody drops in.
        inn = Path(str(lest["hjem"])) / HENTET if "lager" in lest else lest["hjem"]
        return cls(**{"inn": inn} | lest)  # type: ignore[arg-type]  # each was read

    @property
    def opplaeringsdag(self) -> date | None:
        """Return the day that it always is in a home for training; None of another home."""
        return training.day_of(self.hjem) if self.modus == "opplaering" else None

    @property
    def artefakter(self) -> Path:
        """Return the folder of what passes between assets."""
        return self.hjem / "artefakter"

    @property
    def leveranser(self) -> Path:
        """Return the folder of published deliveries."""
        return self.hjem / "leveranser"

    @property
    def utboks(self) -> Path:
        """Return the folder of what has been sent: the transport to the receiver takes it there."""
        return self.hjem / "utboks"

    @property
    def rapporter(self) -> Path:
        """Return the folder of reports that many may read: counts only."""
        return self.hjem / "rapporter"

    @property
    def nettsted(self) -> Path:
        """Return the folder of the status site, which many may read."""
        return self.hjem / "nettsted"

    @property
    def tokennoekler(self) -> Path:
        """Return the file of the keys that tokens of persons are made with."""
        return self.kjennetegn_noekkel or self.hjem / "kjennetegn.noekkel"

    @property
    def begrenset(self) -> Path:
        """Return the folder that may hold persons: findings, changes per row, rejected files."""
        return self.hjem / "begrenset"


def _misspelt(env: Mapping[str, str], kjente: list[str]) -> Iterator[str]:
    for navn in sorted(env):
        if not navn.upper().startswith("VIGO_") or navn in kjente:
            continue
        if _TJENESTE.fullmatch(navn) or (
            navn.endswith("_PORT") and _TJENESTEPORT.fullmatch(env[navn])
        ):
            continue
        # What they all begin with makes none of them alike.
        egne = [k.removeprefix("VIGO_") for k in kjente]
        naer = difflib.get_close_matches(navn.upper().removeprefix("VIGO_"), egne, n=1)
        raad = f"Mente du VIGO_{naer[0]}?" if naer else f"De som finnes: {', '.join(kjente)}."
        yield f"{navn} er ikke en innstilling. {raad}"
