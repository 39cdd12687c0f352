"""Say what changed between two published deliveries of one file: counts, never a person."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.reports.endring import manifests, schema
from vigo_pipeline.reports.endring.count import tally
from vigo_pipeline.reports.endring.manifests import Sum
from vigo_pipeline.reports.endring.pairs import UKJENT, Par, paired
from vigo_pipeline.reports.endring.schema import Endring

Overgang = tuple[str, str | None, str | None]
Teller = Callable[[str | None], Endring]
Navn = Mapping[str, str]
# As many old and new codes as a reader takes in.
OVERGANGER_PER_KOLONNE = 10
PROGRAMOMRAADE_LENGDE = 10


def compare(leveranse: Leveranse, fra: Path, til: Path, regler: Iterable[Regel] = ()) -> Endring:
    """Return what changed from one published delivery's folder to another's.

    Args:
        leveranse: the spec of both.
        fra: folder of the first delivery.
        til: folder of the second.
        regler: rules with the titles that the counts of findings are shown with.

    Raises:
        NotComparable: a folder is of another delivery, or lacks a column of the key.
    """
    with paired(leveranse, fra, til) as par:
        return counter(leveranse, par, regler)(None)


def counter(leveranse: Leveranse, par: Par, regler: Iterable[Regel] = ()) -> Teller:
    """Count two deliveries that have been paired; what is returned gives a fylke's, or all."""
    lister = {k: variabler()[k].kodeverk for k in par.kolonner if not variabler()[k].person}
    koder = {k: _names(liste, par) for k, liste in lister.items() if liste}
    tally(par, list(koder))
    fylker, skoler = _names("fylker", par), _names("skoler", par)
    omraader = {k[:6]: n for k, n in _names("programomraader", par).items() if _is_whole(k)}
    titler = {k.variabel: k.overskrift for k in leveranse.kolonner}
    flyttet = manifests.rules(par.fra, par.til, regler)
    laget_med = manifests.made_by(par.fra, par.til)

    def count(fylke: str | None) -> Endring:
        summer = _sums(par, fylke)
        manifest = (par.fra, par.til) if fylke is None else None
        # A changed row is one row before and one after.
        avstemt = {**summer, "rader": replace(summer["rader"], endret=Decimal(0))}
        return Endring(
            leveranse=leveranse,
            fra=par.fra,
            til=par.til,
            fylke=fylke,
            oversikt=_overview(summer),
            kontroll=manifests.totals(titler, avstemt, manifest),
            forutsetninger=laget_med,
            per_fylke=_per(par, schema.PER_FYLKE, fylker, fylke, "fylke"),
            per_skole=_per(par, schema.PER_SKOLE, skoler, fylke, "fylke", "skole"),
            per_programomraade=_per(par, schema.PER_PROGRAMOMRAADE, omraader, fylke, "omraade"),
            per_kolonne=_per_column(titler, par, fylke),
            overganger=_transitions(koder, par, fylke),
            regler=flyttet,
        )

    return count


def _is_whole(kode: str) -> bool:
    """Say whether a programområde is the six characters alone, with no local variant."""
    return kode == kode[:6].ljust(PROGRAMOMRAADE_LENGDE, "-")


def _names(liste: str, par: Par) -> dict[str, str]:
    """Return the names of a list's codes in the skoleår of both deliveries."""
    aar = sorted(Skoleaar.parse(m.skoleaar) for m in (par.fra, par.til))
    koder = kodeverk.valid(liste, aar[0].start_dato, aar[-1].slutt_dato)
    return dict(zip(koder["kode"].to_pylist(), koder["navn"].to_pylist(), strict=True))


def _sums(par: Par, fylke: str | None) -> dict[str, Sum]:
    """Return rows, persons and the sum of each number column: before, new, gone, changed, after."""
    kolonner = ["rader", *(f"sum_{nr}" for nr in range(len(par.tall)))]
    summer = ", ".join(f"sum({k})" for k in kolonner)
    svar = par.con.execute(
        f"select hva, {summer} from telt where coalesce(fylke = $fylke, true) group by hva",
        {"fylke": fylke},
    ).fetchall()
    telt = {hva: [Decimal(n or 0) for n in tall] for hva, *tall in svar}
    ingen = [Decimal(0)] * len(kolonner)
    ut = {
        navn: Sum(*(telt.get(h, ingen)[nr] for h in ("foer", "ny", "fjernet", "endret", "etter")))
        for nr, navn in enumerate(("rader", *par.tall))
    }
    if "fnr" in par.noekkel:
        ut["personer"] = _persons(par, fylke)
    return ut


def _persons(par: Par, fylke: str | None) -> Sum:
    [tall] = par.con.execute(
        """
        select
            count(*) filter (foer), count(*) filter (etter and not foer),
            count(*) filter (foer and not etter), 0, count(*) filter (etter)
        from (
            select bool_or(foer) as foer, bool_or(etter) as etter
            from person where coalesce(fylke = $fylke, true) group by fnr
        )
        """,
        {"fylke": fylke},
    ).fetchall()
    return Sum(*map(Decimal, tall))


def _overview(summer: Mapping[str, Sum]) -> pa.Table:
    rader = summer["rader"]
    antall = {"nye": rader.nye, "fjernet": rader.fjernet, "endret": rader.endret}
    antall["uendret"] = rader.etter - rader.nye - rader.endret
    if "personer" in summer:
        antall |= {
            "nye personer": summer["personer"].nye,
            "personer borte": summer["personer"].fjernet,
        }
    return pa.Table.from_pylist(
        [{"hva": h, "antall": int(n)} for h, n in antall.items()], schema=schema.OVERSIKT
    )


def _per(par: Par, felt: pa.Schema, navn: Navn, fylke: str | None, *steder: str) -> pa.Table:
    """Return rows before and after, new, gone and changed, per place; ``navn`` by the last one."""
    valgt = ", ".join(steder)
    rader = par.con.execute(
        f"""
        with antall as (
            select
                {valgt},
                coalesce(sum(rader) filter (hva = 'foer'), 0) as foer,
                coalesce(sum(rader) filter (hva = 'ny'), 0) as nye,
                coalesce(sum(rader) filter (hva = 'fjernet'), 0) as fjernet,
                coalesce(sum(rader) filter (hva = 'etter'), 0) as etter,
                coalesce(sum(rader) filter (hva = 'endret'), 0) as endret
            from telt where coalesce(fylke = $fylke, true) group by {valgt}
        )
        select {valgt}, foer, nye, fjernet, etter - foer - nye + fjernet, etter, endret
        from antall order by nye + fjernet + endret desc, {valgt}
        """,
        {"fylke": fylke},
    ).fetchall()
    n = len(steder)
    return pa.Table.from_pylist(
        [dict(zip(felt.names, (*r[:n], navn.get(r[n - 1]), *r[n:]), strict=True)) for r in rader],
        schema=felt,
    )


def _per_column(titler: Navn, par: Par, fylke: str | None) -> pa.Table:
    telt = dict(
        par.con.execute(
            "select kolonne, sum(antall) from celle "
            "where coalesce(fylke = $fylke, true) group by kolonne",
            {"fylke": fylke},
        ).fetchall()
    )
    mest_foerst = sorted(par.kolonner, key=lambda k: -telt.get(k, 0))
    return pa.Table.from_pylist(
        [{"kolonne": k, "tittel": titler[k], "endret": telt.get(k, 0)} for k in mest_foerst],
        schema=schema.PER_KOLONNE,
    )


def _transitions(koder: Mapping[str, Navn], par: Par, fylke: str | None) -> pa.Table:
    """Return the most frequent old and new codes; other columns may tell of a person.

    What is not in the code list is «ukjent»: it may be anything.
    """
    telt: Counter[Overgang] = Counter()
    for kolonne, foer, etter, antall in par.con.execute(
        "select kolonne, foer, etter, sum(antall) from celle "
        "where list_contains($koder, kolonne) and coalesce(fylke = $fylke, true) group by all",
        {"koder": list(koder), "fylke": fylke},
    ).fetchall():
        kjent = koder[kolonne]
        telt[(kolonne, _known(foer, kjent), _known(etter, kjent))] += int(antall)
    rader = []
    for kolonne, navn in koder.items():
        egne = sorted((-n, f or "", e or "") for (k, f, e), n in telt.items() if k == kolonne)
        rader += [
            dict(
                zip(
                    schema.OVERGANGER.names,
                    (kolonne, foer or None, navn.get(foer), etter or None, navn.get(etter), -n),
                    strict=True,
                )
            )
            for n, foer, etter in egne[:OVERGANGER_PER_KOLONNE]
        ]
    return pa.Table.from_pylist(rader, schema=schema.OVERGANGER)


def _known(kode: str | None, kjente: Navn) -> str | None:
    return UKJENT if kode and kode not in kjente else kode or None
