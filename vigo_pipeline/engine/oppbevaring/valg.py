"""How long this installation keeps each kind, from the file that VIGO_OPPBEVARING names."""

from pathlib import Path

from pydantic import Field, StrictInt, model_validator

from vigo_pipeline.contract.fault import WrongSpec, unknown
from vigo_pipeline.contract.oppbevaring import slagene
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, read_toml
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.settings import Innstillinger


class InvalidRetention(VigoError):
    """The file of how long things are kept cannot be used."""


class Valg(Strict):
    """What is decided here. ``vedtak``: what the ledger gives as the ground of each deletion.

    ``etter``: by kind, whole skoleår or days after; a kind that is not named is not deleted.
    """

    vedtak: str = Field(min_length=1)
    etter: dict[str, StrictInt]

    @model_validator(mode="after")
    def _may_be(self) -> "Valg":
        kjente = {n: s for n, s in slagene().items() if s.enhet != "fast"}
        for navn, etter in self.etter.items():
            if navn in slagene() and navn not in kjente:
                raise ValueError(f"«{navn}» slettes aldri: {slagene()[navn].grunn}")
            if navn not in kjente:
                raise ValueError(unknown("en slags opplysninger", navn, kjente.keys()))
            if etter < kjente[navn].minst:
                minst = kjente[navn].in_words(kjente[navn].minst)
                raise ValueError(f"{navn} = {etter} er for kort: noe annet leser det i {minst}.")
        return self


def read(oppsett: Innstillinger) -> Valg | None:
    """Return what is decided here, None where nothing is, and so nothing is deleted.

    Raises:
        InvalidRetention: the file cannot be used; each mistake with its line.
    """
    if oppsett.oppbevaring is None:
        return None
    fil: Path = oppsett.oppbevaring
    try:
        valg = as_model(fil, read_toml(fil), Valg)
        return valg.model_copy(update={"vedtak": entered.reason(valg.vedtak)})
    except WrongSpec as feil:
        linjer = [f.told(fil.parent) for f in feil.faults]
        raise InvalidRetention("\n".join(["VIGO_OPPBEVARING kan ikke brukes:", *linjer])) from None
