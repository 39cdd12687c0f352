"""A person's rights told step by step, each with its paragraph, and the target group of OT."""

from datetime import date

from vigo_pipeline.domain.rett import (
    FOERSTE_ALDER_VOKSEN,
    NY_LOV,
    SISTE_ALDER_UNGDOMSRETT,
    SISTE_ALDER_UTEN_SVAR,
    Grunnlag,
    Kompetanse,
    Kompetansetype,
    Steg,
    last_day_of_ungdomsrett,
    paragraph,
)
from vigo_pipeline.domain.skoleaar import Skoleaar

# § 9-4: to the end of the calendar year of turning 24; before 1 August 2024 (§ 3-6) of turning 21.
SISTE_ALDER_OT, SISTE_ALDER_OT_FOER = 24, 21
NY_LOV_TEKST = "Ny opplæringslov. Ungdomsretten varer til studie- eller yrkeskompetanse er oppnådd."
# ASSUMED: counties write 15; the law has no lower age, it follows from finished grunnskole.
FOERSTE_ALDER_OT = 15


def oldest_in_ot(dag: date) -> int:
    """Return the earliest birth year that the target group reaches on a day.

    >>> oldest_in_ot(date(2024, 6, 15)), oldest_in_ot(date(2024, 11, 15))
    (2003, 2000)
    """
    return dag.year - (SISTE_ALDER_OT if dag >= NY_LOV else SISTE_ALDER_OT_FOER)


def youngest_in_ot(dag: date) -> int:
    """Return the latest birth year that can have finished grunnskolen on a day."""
    return dag.year - FOERSTE_ALDER_OT


def last_day_in_ot(foedselsaar: int) -> date:
    """Return the last day that age allows, by the law of that day.

    Who was out under the old law and not yet 24 came in again with the new one.

    >>> last_day_in_ot(1999), last_day_in_ot(2000)
    (datetime.date(2020, 12, 31), datetime.date(2024, 12, 31))
    """
    ny = date(foedselsaar + SISTE_ALDER_OT, 12, 31)
    return ny if ny >= NY_LOV else date(foedselsaar + SISTE_ALDER_OT_FOER, 12, 31)


def history(grunnlag: Grunnlag, til: date) -> tuple[Steg, ...]:
    """Return what has happened to a person's rights up to a day, and what ends them after it.

    >>> for steg in history(Grunnlag(2007, date(2023, 6, 20)), date(2025, 9, 1)):
    ...     print(steg.dag, steg.tekst)
    2023-06-20 Fullførte grunnskolen. Ungdomsretten begynner.
    2024-08-01 Ny opplæringslov. Ungdomsretten varer til studie- eller yrkeskompetanse er oppnådd.
    2026-08-01 Kan velge voksenopplæring i stedet.
    2031-12-31 Siste dag i oppfølgingstjenestens målgruppe.
    2032-07-31 Siste dag med ungdomsrett, fordi personen fylte 24 år i 2031.
    """
    if grunnlag.grunnskole is None:
        return ()
    steg = [
        Steg(
            grunnlag.grunnskole,
            "Fullførte grunnskolen. Ungdomsretten begynner.",
            paragraph(grunnlag.grunnskole),
        )
    ]
    oppnaadd = grunnlag.reached(til)
    foerste = oppnaadd[0].dag if oppnaadd else None
    if grunnlag.grunnskole < NY_LOV <= til and (foerste is None or foerste >= NY_LOV):
        steg.append(
            Steg(
                NY_LOV,
                NY_LOV_TEKST,
                "opplæringslova § 5-1",
            )
        )
    for nr, k in enumerate(oppnaadd):
        slutt = " Ungdomsretten er slutt." if nr == 0 else ""
        steg.append(Steg(k.dag, f"Oppnådde {k.type}.{slutt}", paragraph(k.dag)))
    if oppnaadd:
        steg += _after_yrkeskompetanse(grunnlag, oppnaadd) if til >= NY_LOV else []
    elif grunnlag.venter_paa_svar:
        steg += _ends_without_answer(grunnlag.foedselsaar)
    else:
        steg += _ends_by_age(grunnlag.foedselsaar)
    return tuple(sorted(steg, key=lambda s: s.dag))


def _after_yrkeskompetanse(grunnlag: Grunnlag, oppnaadd: tuple[Kompetanse, ...]) -> list[Steg]:
    """Return what right to generell studiekompetanse somebody with yrkeskompetanse only has."""
    yrke = [k for k in oppnaadd if k.type is Kompetansetype.YRKE]
    # ASSUMED: who waits for an answer is told of no new right; § 18-10 takes the adults' away.
    if len(yrke) < len(oppnaadd) or grunnlag.venter_paa_svar:
        return []
    med = [k for k in yrke if k.fellesfag]
    dag = max((med or yrke)[0].dag, NY_LOV)
    if not med:
        tekst = "Har rett til generell studiekompetanse som voksen, og ikke til påbygging."
        return [Steg(dag, tekst, "opplæringslova § 18-7 andre ledd")]
    ung = dag <= last_day_of_ungdomsrett(grunnlag.foedselsaar)
    return [Steg(dag, "Har rett til påbygging.", f"opplæringslova § {'5-7' if ung else '18-7'}")]


def _ends_without_answer(foedselsaar: int) -> list[Steg]:
    siste = Skoleaar(foedselsaar + SISTE_ALDER_UTEN_SVAR).slutt_dato
    voksen = max(Skoleaar(foedselsaar + FOERSTE_ALDER_VOKSEN).start_dato, NY_LOV)
    return [
        Steg(
            siste,
            "Siste dag med ungdomsrett så lenge søknaden om opphold ikke er avgjort.",
            "opplæringslova § 5-9" if siste >= NY_LOV else paragraph(siste),
        ),
        Steg(
            voksen,
            "Har ikke rett som voksen så lenge søknaden om opphold ikke er avgjort.",
            "opplæringslova § 18-10",
        ),
    ]


def _ends_by_age(foedselsaar: int) -> list[Steg]:
    siste = last_day_of_ungdomsrett(foedselsaar)
    fyller = foedselsaar + SISTE_ALDER_UNGDOMSRETT
    voksen = max(Skoleaar(foedselsaar + FOERSTE_ALDER_VOKSEN).start_dato, NY_LOV)
    i_ot = last_day_in_ot(foedselsaar)
    return [
        Steg(voksen, "Kan velge voksenopplæring i stedet.", "opplæringslova § 18-3"),
        Steg(
            i_ot,
            "Siste dag i oppfølgingstjenestens målgruppe.",
            "opplæringslova § 9-4" if i_ot >= NY_LOV else "opplæringslova (1998) § 3-6",
        ),
        Steg(
            siste,
            f"Siste dag med ungdomsrett, fordi personen fylte 24 år i {fyller}.",
            paragraph(siste),
        ),
    ]
