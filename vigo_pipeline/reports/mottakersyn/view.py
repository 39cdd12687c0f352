"""What SSB would say of a delivery's rows: each of its rules, and each column by its own name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.nudb import Nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel, UtenRegel
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.rules.evaluate import evaluate
from vigo_pipeline.engine.rules.generate import Kontrakt, expand
from vigo_pipeline.engine.rules.nudb import TABELL, Mottakerkolonne, register_receiver


@dataclass(frozen=True)
class Regelsvar:
    """What SSB would say by one rule.

    ``antall``: rows, or columns when the rule is on columns, that break it. ``kolonner``: ours that
    they stand in. ``spurt`` is false when the delivery has nothing that the rule is on.
    """

    regel: Regel
    antall: int
    kolonner: tuple[str, ...]
    spurt: bool


@dataclass(frozen=True)
class Kolonnesvar:
    """A column as SSB would get it: the lengths of its values, and how many are empty."""

    kolonne: Mottakerkolonne
    lengder: tuple[int, ...]
    tomme: int
    brutt: int


@dataclass(frozen=True)
class Syn:
    """The receiver's view of a delivery, in counts only. ``versjon``: of ssb-nudb-config."""

    leveranse: Leveranse
    versjon: str
    rader: int
    svar: tuple[Regelsvar, ...]
    kolonner: tuple[Kolonnesvar, ...]
    uten_kontroll: tuple[UtenRegel, ...]

    @property
    def brutt(self) -> tuple[Regelsvar, ...]:
        """Return the rules that are broken."""
        return tuple(s for s in self.svar if s.antall)


def view(
    leveranse: Leveranse,
    regler: Iterable[Regel],
    andre: Mapping[str, Regel],
    uten_kontroll: Iterable[UtenRegel],
    skoleaar: Skoleaar,
    rader: pa.Table,
    nudb: Nudb,
) -> Syn:
    """Return what SSB would say of a delivery, by the rules that are its own.

    Args:
        leveranse: the delivery.
        regler: its suite.
        andre: every rule of the receiver by id, those that other deliveries only are asked too.
        uten_kontroll: what the receiver asks and we cannot.
        skoleaar: of the partition.
        rader: the delivery's rows.
        nudb: SSB's contract.

    Raises:
        RuleFailed: a rule's SQL cannot be run.
        UnknownDataset: SSB has no dataset of the name in the spec.
    """
    egne = [r for r in regler if r.mottakers]
    ider = {r.id for r in egne}
    ikke_spurt = (Regelsvar(r, 0, (), spurt=False) for i, r in andre.items() if i not in ider)
    with duck.connect() as con:
        duck.set_skoleaar(con, "mottaker", skoleaar)
        con.register(leveranse.stamme, rader)
        con.register("rader", rader)
        kolonner = register_receiver(con, leveranse, nudb)
        kontrakt = Kontrakt(form={}, innhold={}, mottaker={leveranse.stamme: kolonner})
        con.register("funn_av_alle", evaluate(con, egne, kontrakt))
        # A finding in a column as such has the column's number for a row.
        con.execute(
            "create view funnet as "
            "select f.regel, f.rad, coalesce(f.kolonne, k.kolonne) as kolonne "
            f"from funn_av_alle as f left join {TABELL} as k "
            f"on f.tabell = '{TABELL}' and f.rad = k.rad"
        )
        return Syn(
            leveranse,
            nudb.versjon,
            rader.num_rows,
            (*_answers(con, egne, kontrakt), *ikke_spurt),
            _measured(con, rader, kolonner),
            tuple(u for u in uten_kontroll if u.mottakers),
        )


def _answers(
    con: duckdb.DuckDBPyConnection, regler: Iterable[Regel], kontrakt: Kontrakt
) -> Iterator[Regelsvar]:
    funn = con.sql(
        "select regel, count(distinct rad), "
        "list_sort(list(distinct kolonne) filter (kolonne is not null)) from funnet group by regel"
    ).fetchall()
    svar = {navn: (antall, tuple(kolonner or ())) for navn, antall, kolonner in funn}
    for regel in regler:
        antall, kolonner = svar.get(regel.id, (0, ()))
        yield Regelsvar(regel, antall, kolonner, bool(expand(regel, kontrakt)))


def _measured(
    con: duckdb.DuckDBPyConnection, rader: pa.Table, kolonner: Sequence[Mottakerkolonne]
) -> tuple[Kolonnesvar, ...]:
    """Return what each column holds, and how much of it breaks a rule."""
    # Of a nation's rows few have a value that no other has.
    deler = [
        f"select '{k.variabel.navn}', list_sort(list(distinct length({k.uttrykk}))) "
        f"from (select distinct {k.variabel.navn} from rader)"
        for k in kolonner
        if k.lengder
    ]
    lengder = dict(con.execute(" union all ".join(deler)).fetchall()) if deler else {}
    brutt = dict(
        con.sql(
            "select kolonne, count(distinct rad) from funnet "
            "where kolonne is not null group by kolonne"
        ).fetchall()
    )
    return tuple(
        Kolonnesvar(
            k,
            tuple(n for n in lengder.get(k.variabel.navn) or () if n is not None),
            rader[k.variabel.navn].null_count,
            brutt.get(k.variabel.navn, 0),
        )
        for k in kolonner
    )
