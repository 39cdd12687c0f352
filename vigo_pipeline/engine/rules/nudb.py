"""A delivery's columns as SSB knows them: by its names, types, lengths and allowed empties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.nudb import Nudb, Nudbvariabel
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.contract.variabel import Variabel
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import VigoError

TABELL = "nudb_kolonner"
TYPER = {
    "tekst": "STRING",
    "fnr": "STRING",
    "heltall": "INTEGER",
    "desimal": "FLOAT",
    "dato": "DATETIME",
}
# Sent as J and N, which SSB makes true and false of.
BOOLSK = {"BOOLEAN": "ja_nei"}
SKJEMA = pa.schema(
    [
        pa.field("rad", pa.int64()),
        # What is wrong with a column is no fylke's.
        pa.field("fylke", pa.string()),
        pa.field("kolonne", pa.string()),
        *(
            pa.field(n, pa.bool_())
            for n in ("kjent", "utdatert", "dobbel", "type_passer", "verdier_passer")
        ),
    ]
)


class UnknownDataset(VigoError):
    """The delivery's spec names a dataset that SSB does not have."""


@dataclass(frozen=True)
class Mottakerkolonne:
    """A delivered column with SSB's demands; ``krav`` is None when SSB does not know the name.

    ``grense``: how many percent may be empty, None when SSB does not say. ``dobbel``: SSB would get
    another column with the same name.
    """

    nr: int
    overskrift: str
    variabel: Variabel
    krav: Nudbvariabel | None
    grense: float | None
    dobbel: bool = False

    @property
    def uttrykk(self) -> str:
        """Return the value as SSB uses it, in SQL over the delivery's rows."""
        navn, tegn = self.variabel.navn, self.variabel.nudb_tegn
        return f"left({navn}, {tegn})" if tegn else navn

    @property
    def lengder(self) -> tuple[int, ...]:
        """Return the lengths that SSB takes; none when any will do."""
        return (self.krav.length or ()) if self.krav and self.krav.dtype == "STRING" else ()

    @property
    def boolsk(self) -> bool:
        """Say whether SSB makes true and false of it."""
        return self.krav is not None and self.krav.dtype in BOOLSK

    @property
    def type_passer(self) -> bool:
        """Say whether SSB's type can hold what the contract says is delivered."""
        if self.krav is None:
            return True
        if self.boolsk:
            return self.variabel.kodeverk == BOOLSK[self.krav.dtype]
        return TYPER[self.variabel.type] == self.krav.dtype


def columns(leveranse: Leveranse, nudb: Nudb) -> tuple[Mottakerkolonne, ...]:
    """Return the delivered columns that have a name at SSB; none when the receiver is another.

    Raises:
        UnknownDataset: SSB has no dataset of the name in the spec.
    """
    if leveranse.nudb_datasett is None:
        return ()
    datasett = nudb.datasett.get(leveranse.nudb_datasett)
    if datasett is None:
        raise UnknownDataset(
            f"{leveranse.stamme}.toml: SSB har ikke datasettet «{leveranse.nudb_datasett}» i "
            f"ssb-nudb-config {nudb.versjon}. Har det fått nytt navn?"
        )
    sendt = [(k, navn) for k in leveranse.kolonner if (navn := k.innhold.nudb)]
    antall = Counter(navn for _, navn in sendt)
    return tuple(
        Mottakerkolonne(
            k.nr,
            k.overskrift,
            k.innhold,
            nudb.variabler.get(navn),
            datasett.thresholds_empty.get(navn),
            antall[navn] > 1,
        )
        for k, navn in sorted(sendt, key=lambda s: s[0].nr)
    )


def register_receiver(
    con: duckdb.DuckDBPyConnection, leveranse: Leveranse, nudb: Nudb
) -> tuple[Mottakerkolonne, ...]:
    """Give rules the delivery's columns as SSB knows them, and the skoleår it takes as real."""
    kolonner = columns(leveranse, nudb)
    foerste, siste = nudb.skoleaar
    duck.set_variables(con, "mottaker", {"nudb_foerste_aar": foerste, "nudb_siste_aar": siste})
    andre = _not_yes_or_no(con, leveranse.stamme, kolonner)
    rader = [
        {
            "rad": k.nr,
            "kolonne": k.variabel.navn,
            "kjent": k.krav is not None,
            "utdatert": k.krav is not None and k.krav.utdatert,
            "dobbel": k.dobbel,
            "type_passer": k.type_passer,
            "verdier_passer": k.variabel.navn not in andre,
        }
        for k in kolonner
    ]
    con.register(TABELL, pa.Table.from_pylist(rader, schema=SKJEMA))
    return kolonner


def _not_yes_or_no(
    con: duckdb.DuckDBPyConnection, tabell: str, kolonner: Sequence[Mottakerkolonne]
) -> set[str]:
    """Return the columns with a value that SSB cannot make true or false of."""
    navn = [k.variabel.navn for k in kolonner if k.boolsk and k.type_passer]
    if not navn:
        return set()
    uttrykk = ", ".join(f"bool_or({n} not in ('J', 'N'))" for n in navn)
    [svar] = con.sql(f"select {uttrykk} from {tabell}").fetchall()
    return {n for n, har in zip(navn, svar, strict=True) if har}
