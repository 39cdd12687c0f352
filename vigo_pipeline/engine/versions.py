"""Versions: short hashes of what a delivery was made by, so that it can be made again."""

import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from vigo_pipeline.contract import kodeverk, nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.engine.settings import Innstillinger


def _short(deler: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\0".join(deler)).hexdigest()[:16]


def contract_version(leveranse: Leveranse, assets: Path) -> str:
    """Return the version of the contract, the spec and the SQL behind a delivery."""
    kontrakt = files("vigo_pipeline.contract")
    felles = [kontrakt.joinpath(n).read_bytes() for n in ("variables.toml", "grensesnitt.toml")]
    egne = [
        p
        for n in dict.fromkeys((leveranse.stamme, leveranse.spoerring))
        for p in sorted((assets / "leveranser").glob(f"{n}.*"))
    ]
    avledet = [
        p for n in leveranse.avleder for p in sorted((assets / "sentralbase").glob(f"{n}.*"))
    ]
    return _short([*felles, *(p.read_bytes() for p in (*egne, *avledet))])


def ruleset_version(leveranse: Leveranse, regler: Iterable[Regel], oppsett: Innstillinger) -> str:
    """Return the version of what judges a delivery.

    That is the rules, the columns that some of them are generated from, the queries of the tables
    they look at, the code lists, the mode, and the receiver's contract: a verdict under another
    release of it is of other rules.
    """
    regler = list(regler)
    porten = files("vigo_pipeline.engine.gate").iterdir()
    sql = [p.read_bytes() for p in sorted(porten, key=lambda p: p.name) if p.name.endswith(".sql")]
    valg = {"modus": oppsett.modus, "ukjente_kolonner": oppsett.ukjente_kolonner}
    tekst = [json.dumps(r.model_dump(), sort_keys=True).encode() for r in regler]
    kolonner = [(k.model_dump(), k.innhold.model_dump()) for k in leveranse.kolonner]
    kontrakt = json.dumps(kolonner, sort_keys=True, default=str).encode()
    mottaker = [nudb.release().encode()] if any(r.mottakers for r in regler) else []
    valgt = json.dumps(valg, sort_keys=True).encode()
    return _short([*tekst, kontrakt, *sql, kodeverk.version().encode(), valgt, *mottaker])
