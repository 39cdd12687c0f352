"""Say what changed between two published deliveries of one file: counts, never a person."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.endring import manifester, skjema
from vigo_pipeline.engine.endring.par import Par, paired
from vigo_pipeline.engine.endring.skjema import Endring

Overgang = tuple[str, str | None, str | None]
UKJENT = "ukjent"
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
        return count(leveranse, par, regler)


def count(leveranse: Leveranse, par: Par, regler: Iterable[Regel] = ()) -> Endring:
    """Return the counts of two deliveries that have been paired."""
    fylker, skoler = _names("fylker", par), _names("skoler", par)
    omraader = _names("programomraader", par)
    return Endring(
        leveranse=leveranse,
        fra=par.fra,
        til=par.til,
        oversikt=_overview(par),
        kontroll=manifester.totals(leveranse, par.fra, par.til),
        forutsetninger=manifester.made_by(par.fra, par.til),
        per_fylke=_per(par, skjema.PER_FYLKE, fylker, "sted_fylke"),
        per_skole=_per(par, skjema.PER_SKOLE, skoler, "sted_fylke", "sted_skole"),
        per_programomraade=_per(
            par,
            skjema.PER_PROGRAMOMRAADE,
            {kode[:6]: n for kode, n in omraader.items() if _is_whole(kode)},
            "sted_programomraade",
        ),
        per_kolonne=_per_column(leveranse, par),
        overganger=_transitions(par),
        regler=manifester.rules(par.fra, par.til, regler),
    )


def _is_whole(kode: str) -> bool:
    """Say whether a programområde is the six characters alone, with no local variant."""
    return kode == kode[:6].ljust(PROGRAMOMRAADE_LENGDE, "-")


def _names(liste: str, par: Par) -> dict[str, str]:
    """Return the names of a list's codes in the skoleår of both deliveries."""
    aar = sorted(Skoleaar.parse(m.skoleaar) for m in (par.fra, par.til))
    koder = kodeverk.valid(liste, aar[0].start_dato, aar[-1].slutt_dato)
    return dict(zip(koder["kode"].to_pylist(), koder["navn"].to_pylist(), strict=True))


def _overview(par: Par) -> pa.Table:
    [rader] = par.con.sql(
        "select count(*) filter (hva = 'ny') as nye, count(*) filter (hva = 'fjernet') as fjernet, "
        "count(*) filter (hva = 'endret') as endret from ulik"
    ).fetchall()
    antall = dict(zip(skjema.ENDRINGER, rader, strict=True))
    antall["uendret"] = par.til.rader - antall["nye"] - antall["endret"]
    if "fnr" in par.noekkel:
        for hva, her, der in (("nye personer", "til", "fra"), ("personer borte", "fra", "til")):
            [(antall[hva],)] = par.con.sql(
                f"select count(distinct fnr) from {her} anti join {der} using (fnr)"
            ).fetchall()
    return pa.Table.from_pylist(
        [{"hva": h, "antall": n} for h, n in antall.items()], schema=skjema.OVERSIKT
    )


def _per(par: Par, felt: pa.Schema, navn: dict[str, str], *steder: str) -> pa.Table:
    """Return rows before and after, new, gone and changed, per place; ``navn`` by the last one."""
    valgt = ", ".join(steder)
    rader = par.con.sql(
        f"""
        with
        alle as (
            select {valgt}, 'foer' as hva from fra
            union all select {valgt}, 'etter' from til
            union all select {valgt}, hva from ulik
        )
        select
            {valgt},
            count(*) filter (hva = 'foer'), count(*) filter (hva = 'etter'),
            count(*) filter (hva = 'ny'), count(*) filter (hva = 'fjernet'),
            count(*) filter (hva = 'endret')
        from alle group by {valgt} order by {valgt}
        """
    ).fetchall()
    n = len(steder)
    return pa.Table.from_pylist(
        [dict(zip(felt.names, (*r[:n], navn.get(r[n - 1]), *r[n:]), strict=True)) for r in rader],
        schema=felt,
    )


def _per_column(leveranse: Leveranse, par: Par) -> pa.Table:
    telt = dict(
        par.con.sql(
            "select celle.kolonne, count(*) "
            "from (select unnest(celler) as celle from ulik) group by all"
        ).fetchall()
    )
    titler = {k.variabel: k.overskrift for k in leveranse.kolonner}
    return pa.Table.from_pylist(
        [{"kolonne": k, "tittel": titler[k], "endret": telt.get(k, 0)} for k in par.kolonner],
        schema=skjema.PER_KOLONNE,
    )


def _transitions(par: Par) -> pa.Table:
    """Return the most frequent old and new codes; other columns may tell of a person.

    What is not in the code list is «ukjent»: it may be anything.
    """
    lister = {k: variabler()[k].kodeverk for k in par.kolonner if not variabler()[k].person}
    koder = {k: _names(liste, par) for k, liste in lister.items() if liste}
    telt: Counter[Overgang] = Counter()
    for kolonne, foer, etter, antall in par.con.execute(
        """
        select celle.kolonne, celle.foer, celle.etter, count(*)
        from (select unnest(celler) as celle from ulik)
        where list_contains($kolonner, celle.kolonne)
        group by all
        """,
        {"kolonner": list(koder)},
    ).fetchall():
        kjent = koder[kolonne]
        telt[(kolonne, _known(foer, kjent), _known(etter, kjent))] += antall
    rader = []
    for kolonne, navn in koder.items():
        egne = sorted((-n, f or "", e or "") for (k, f, e), n in telt.items() if k == kolonne)
        rader += [
            dict(
                zip(
                    skjema.OVERGANGER.names,
                    (kolonne, foer or None, navn.get(foer), etter or None, navn.get(etter), -n),
                    strict=True,
                )
            )
            for n, foer, etter in egne[:OVERGANGER_PER_KOLONNE]
        ]
    return pa.Table.from_pylist(rader, schema=skjema.OVERGANGER)


def _known(kode: str | None, kjente: Mapping[str, str]) -> str | None:
    return UKJENT if kode and kode not in kjente else kode or None
