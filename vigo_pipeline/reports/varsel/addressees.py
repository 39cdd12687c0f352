"""Who is told of deadlines and of changes, from the TOML file that VIGO_MOTTAKERE names."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import pyarrow.compute as pc
from pydantic import AfterValidator, Field

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.fault import EPOST, NETTADRESSE, SKOLENR, WrongSpec
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, read_toml
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.net_guard import names_forbidden
from vigo_pipeline.engine.pipeline import Pipeline

# Who runs the pipeline is told of every avgiver and delivery.
DRIFT = "drift"
Adresse = Annotated[str, Field(pattern=EPOST)]
Skolenr = Annotated[str, Field(pattern=SKOLENR)]


def _demand_allowed(url: str) -> str:
    if names_forbidden(url):
        raise ValueError("nothing is sent there")
    return url


Nettadresse = Annotated[str, Field(pattern=NETTADRESSE), AfterValidator(_demand_allowed)]


class InvalidRecipients(VigoError):
    """The file of who is told cannot be used."""


class Mottaker(Strict):
    """Where one receiver of alerts is reached; the addresses of e-mail share one message."""

    epost: tuple[Adresse, ...] = ()
    webhook: Nettadresse | None = None


class Mottakere(Strict):
    """Who runs the pipeline, and the contacts of each avgiver and school.

    A school is told of its own errors; deadlines are the avgiver's.
    """

    drift: Mottaker = Mottaker()
    avgiver: dict[str, Mottaker] = Field(default_factory=dict)
    skole: dict[Skolenr, Mottaker] = Field(default_factory=dict)

    def of(self, navn: str) -> Mottaker:
        """Return how a receiver is reached; one that is not named is not reached at all."""
        if navn == DRIFT:
            return self.drift
        return self.avgiver.get(navn) or self.skole.get(navn, Mottaker())

    @property
    def everybody(self) -> list[str]:
        """Return all that are named, those who run the pipeline first."""
        return [DRIFT, *self.avgiver, *self.skole]

    @property
    def bruker_epost(self) -> bool:
        """Say whether anybody is told by e-mail."""
        return any(m.epost for m in (self.of(hvem) for hvem in self.everybody))


def read_recipients(sti: Path | None, kjente: Iterable[str]) -> Mottakere:
    """Return who is told; nobody when there is no file.

    Args:
        sti: the file.
        kjente: the avgivere that there are.

    Raises:
        InvalidRecipients: the file is not there or not TOML, has an address that is none, or an
            avgiver that does not exist. Says where, and never what stands there.
    """
    if sti is None:
        return Mottakere()
    try:
        mottakere = as_model(sti, read_toml(sti), Mottakere, vis_verdi=False)
    except WrongSpec as feil:
        raise InvalidRecipients(
            f"VIGO_MOTTAKERE: {feil}\nUnder [drift], [avgiver.<nr>] og [skole.<fem sifre>] kan det "
            'stå epost = ["…"] og webhook = "https://…". Til denne maskinen selv og til maskinens '
            "nærmeste nett sendes det ikke."
        ) from None
    ukjente = sorted(mottakere.avgiver.keys() - set(kjente))
    if ukjente:
        raise InvalidRecipients(
            f"VIGO_MOTTAKERE: {', '.join(ukjente)} er ikke avgivere. "
            f"Avgivere: {', '.join(sorted(set(kjente)))}."
        )
    return mottakere


def recipients_of(pipeline: Pipeline) -> Mottakere:
    """Return who an installation tells; raises as ``read_recipients`` does."""
    fylker = kodeverk.load("fylker")
    kjente = {*fylker.filter(pc.equal(fylker["type"], "fylke"))["kode"].to_pylist()}
    kjente |= {a for i in pipeline.register.innsamlinger.values() for a in i.avgivere.andre}
    return read_recipients(pipeline.oppsett.mottakere, kjente)
