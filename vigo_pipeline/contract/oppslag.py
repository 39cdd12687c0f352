"""The rows beside a derived value's query: what follows from what, as data."""

from pathlib import Path

from pydantic import Field, StrictInt, field_validator

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import Les, as_model, parse, read_text

Rad = dict[str, StrictInt | str]


class Oppslag(Strict):
    """What the file says: rows with the same keys, each of one kind."""

    regel: list[Rad] = Field(min_length=1)

    @field_validator("regel")
    @classmethod
    def _are_alike(cls, rader: list[Rad]) -> list[Rad]:
        def shape(rad: Rad) -> dict[str, type]:
            return {navn: type(verdi) for navn, verdi in rad.items()}

        for nr, rad in enumerate(rader, start=1):
            if shape(rad) != shape(rader[0]):
                raise ValueError(f"rad {nr} har andre nøkler eller slags verdier enn den første.")
        return rader


def read_oppslag(path: Path, les: Les = read_text) -> list[Rad]:
    """Return the rows of a file.

    Raises:
        WrongSpec: they are not whole, or not alike.
    """
    return as_model(path, parse(path, les(path)), Oppslag).regel
