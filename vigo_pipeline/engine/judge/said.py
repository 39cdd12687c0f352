"""What Great Expectations said of a delivery, in two files such as its users know.

They hold counts and the rules' texts. The same rows under the same rules give the same bytes, so
the ids, times and places of a run are not in them. They are the house's own: the manifest says
what they are, and the receiver gets neither.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.errors import GateShut
from vigo_pipeline.engine.judge.judge import Kontroll
from vigo_pipeline.engine.judge.suite import Forventning, Validering
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.outputs import Avtrykk
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon, fingerprint, write_bytes, write_table

# The step that writes them, as the ledger has it.
TRINN = "port"
SUITE, RESULTAT = "suite.json", "validation_result.json"
VERSJON = "great_expectations_version"


@dataclass(frozen=True)
class Sagt:
    """What Great Expectations said, but for what is of a run.

    ``om``: what it was asked about: rules and counts, code and libraries. ``suite``: the file.
    ``resultat``: what is in the other, but for which rows it is of.
    """

    om: made_of.Deler
    forventninger: tuple[Forventning, ...]
    suite: str
    resultat: Mapping[str, Any]


def ask(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    regelsett: str,
    kontroll: Kontroll,
    validate: Callable[[], Validering],
) -> Sagt:
    """Return what Great Expectations says of counts: what it said the time before, of the same.

    It sees the counts of a fylke and the rules, and nothing else; to read it in takes longer than
    to judge a school's correction, which most often moves no count.

    Args:
        pipeline: the installation.
        leveranse: what is judged.
        partisjon: in which round.
        regelsett: the sum of the rules that it is judged by.
        kontroll: the counts.
        validate: asks Great Expectations.
    """
    om = made_of.parts(
        regelsett=regelsett, antall=kontroll.antall.to_pylist(), fylker=kontroll.fylker
    )
    if not pipeline.alt:
        egne = pipeline.artefacts(TRINN, leveranse.stamme, partisjon)
        foer = made_of.answer_before(egne, Sagt)
        if foer and foer.om == om:
            return foer
    svar = validate()
    return Sagt(om, svar.forventninger, _text(_suite(svar.suite)), _result(svar.resultat))


def folder(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Path:
    """Return where the files of the latest verdict lie, whether or not it opened the gate."""
    return pipeline.folder(TRINN, leveranse.stamme, partisjon)


def write(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    sagt: Sagt,
    gjelder: Mapping[str, str],
    deler: made_of.Deler,
    utenfor: made_of.Utenfor,
    ved_siden: Mapping[str, pa.Table],
) -> dict[str, str]:
    """Write both files, and return the sha256 of each by name.

    Args:
        pipeline: the installation.
        leveranse: what was judged.
        partisjon: in which round.
        sagt: what Great Expectations said, which is kept for the next verdict too.
        gjelder: what the verdict is of; with the delivery and the round it stands in the result.
        deler: what decided the verdict.
        utenfor: the findings that were written.
        ved_siden: what is kept beside them for the next verdict, by file name.
    """
    om = {"leveranse": leveranse.stamme, "skoleaar": partisjon.skoleaar, "runde": partisjon.runde}
    resultat = {**sagt.resultat, "meta": {**sagt.resultat["meta"], **om, **gjelder}}
    innhold = {SUITE: sagt.suite, RESULTAT: _text(resultat)}
    mappe = folder(pipeline, leveranse, partisjon)
    skrevet = {navn: write_bytes(mappe / navn, tekst.encode()) for navn, tekst in innhold.items()}
    kjent = {navn: write_table(mappe / navn, tabell) for navn, tabell in ved_siden.items()}
    kjent |= made_of.write_answer(mappe, sagt, Sagt)
    opphav = made_of.write(mappe, pipeline.oppsett.hjem, deler, utenfor)
    avtrykk = Avtrykk({**skrevet, **kjent, **opphav}, vannmerke=0)
    outputs.enter(pipeline.engine, TRINN, leveranse.stamme, partisjon, avtrykk)
    return skrevet


def read(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, filer: Mapping[str, str]
) -> dict[str, bytes]:
    """Return the files that a verdict says it has, by name, read once.

    Raises:
        ChangedOnDisk: one of them is not what was written.
        GateShut: a version that did not write them gave the verdict, or there is another since.
        MissingInput: one of them is gone.
    """
    egne = pipeline.artefacts(TRINN, leveranse.stamme, partisjon)
    lest = {navn: egne.read(navn) for navn in filer}
    if not filer or {navn: fingerprint(innhold) for navn, innhold in lest.items()} != filer:
        raise GateShut(
            f"{leveranse.stamme} {partisjon}: {SUITE} og {RESULTAT} er ikke fra denne dommen. "
            "Kjør kontrollen på nytt."
        )
    return lest


def _suite(suite: Mapping[str, Any]) -> dict[str, Any]:
    return _only(suite, "name", "notes") | {
        "meta": _only(suite["meta"], VERSJON),
        "expectations": [_expectation(f) for f in suite["expectations"]],
    }


def _result(resultat: Mapping[str, Any]) -> dict[str, Any]:
    svar = [
        {
            "success": r["success"],
            "expectation_config": _expectation(r["expectation_config"]),
            "result": _only(r["result"], "observed_value"),
        }
        for r in resultat["results"]
    ]
    tall = resultat["statistics"]
    # Eleven digits of a fraction look like a fødselsnummer to whoever searches for one.
    prosent = tall["success_percent"] and round(tall["success_percent"], 2)
    return _only(resultat, "success", "suite_name") | {
        "statistics": tall | {"success_percent": prosent},
        "meta": _only(resultat["meta"], VERSJON),
        "results": svar,
    }


def _expectation(forventning: Mapping[str, Any]) -> dict[str, Any]:
    kwargs = _only(forventning["kwargs"], "column", "max_value")
    return _only(forventning, "type", "severity", "description", "meta") | {"kwargs": kwargs}


def _only(felt: Mapping[str, Any], *navn: str) -> dict[str, Any]:
    """Return these fields: all but what is named may be of the run, also in a release to come."""
    return {n: felt[n] for n in navn}


def _text(felt: Mapping[str, Any]) -> str:
    return json.dumps(felt, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
