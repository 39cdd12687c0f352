"""Conceal small counts, as statistics do before many may read them («prikking»)."""

from collections.abc import Iterable, Mapping, Sequence

from vigo_pipeline.domain.sumrom import Sumrom

Celle = str | int | float | None
Tall = dict[str, Celle]

GRENSE = 5
LITE = f"<{GRENSE}"
# Statistics Norway's sign for a number that is not shown.
SKJULT = ":"


def is_small(tall: Celle) -> bool:
    """Say whether a count is of so few that it is concealed. None at all is no one."""
    return isinstance(tall, int) and 0 < tall < GRENSE


def sign(tall: Celle) -> str:
    """Return what stands for a count that is concealed."""
    return LITE if is_small(tall) else SKJULT


def shown(tall: Celle) -> Celle:
    """Return a count that is a part of no known sum as it is shown."""
    return LITE if is_small(tall) else tall


def conceal(rader: Iterable[Tall], tall: Sequence[str], *summer: str) -> list[Tall]:
    """Return rows with each small count of ``tall`` as ``<5``, and none that can be worked out.

    The sums are known, all but the small ones. Where they and the counts that are shown leave one
    value for a concealed count, the smallest other count is concealed too, as ``:``; so is, of
    nothing but small counts, each.

    Args:
        rader: rows of counts.
        tall: the columns that hold counts.
        summer: the columns of what the counts are summed by, two at most; none: all of them.

    >>> [r["n"] for r in conceal([{"n": 2}, {"n": 30}, {"n": 9}, {"n": 0}], ["n"])]
    ['<5', 30, ':', 0]
    >>> [r["n"] for r in conceal([{"n": 1}, {"n": 30}, {"n": 5}], ["n"])]
    ['<5', ':', ':']
    """
    ut = [dict(r) for r in rader]
    deler: dict[Celle, list[Tall]] = {}
    for rad in ut:
        # What is summed in one way is a table for each sum.
        deler.setdefault(rad[summer[0]] if len(summer) == 1 else None, []).append(rad)
    for sammen in deler.values():
        ender = [tuple(r[s] for s in summer) for r in sammen] if len(summer) > 1 else None
        for navn in tall:
            for nr, tegn in signs([r[navn] for r in sammen], ender).items():
                sammen[nr][navn] = tegn
    return ut


def signs(
    tall: Sequence[Celle],
    summer: Sequence[tuple[Celle, ...]] | None = None,
    ogsaa: Iterable[int] = (),
) -> dict[int, str]:
    """Return what stands for each count that is concealed, by its place.

    Args:
        tall: the counts; what is no number is let be.
        summer: of each count, the two sums that it is a part of; when left out they have one sum.
        ogsaa: places of counts that are concealed for another reason.
    """
    antall = {nr: n for nr, n in enumerate(tall) if isinstance(n, int) and n >= 0}
    deler = {nr: (summer[nr][0], summer[nr][1]) if summer else ("", None) for nr in antall}
    rom = Sumrom(antall, deler, GRENSE)
    skjult = {nr for nr, n in antall.items() if is_small(n)} | ({*ogsaa} & antall.keys())
    # Counts of which the sign says no more than that they are not shown.
    uvisse = {nr for nr in skjult if not antall[nr]}
    while avsloert := rom.computable(skjult, uvisse):
        if (flere := rom.cover(rom.beside(avsloert), skjult, GRENSE)) is not None:
            skjult.add(flere)
        elif nye := rom.beside(avsloert) & skjult - uvisse:
            uvisse |= nye
        elif (flere := rom.cover(rom.around(avsloert), skjult, 0)) is not None:
            skjult.add(flere)
            uvisse.add(flere)
        else:
            # The sums give these whatever is concealed.
            uvisse -= avsloert
            break
    return {nr: SKJULT if nr in uvisse else sign(antall[nr]) for nr in sorted(skjult)}


def shown_size(tall: Celle) -> float:
    """Return what a shown count is sorted by: nothing when it is concealed."""
    return abs(tall) if isinstance(tall, int | float) else 0


def conceal_overview(rader: Iterable[Tall]) -> list[Tall]:
    """Return a comparison's counts, ``hva`` and ``antall``, with small ones concealed.

    The rows before are known, so unchanged rows would give a small count of gone or changed ones.
    """
    ut = [dict(r) for r in rader]
    smaa = {r["hva"] for r in ut if is_small(r["antall"])}
    for r in ut:
        if r["hva"] in smaa:
            r["antall"] = LITE
        elif r["hva"] == "uendret" and smaa & {"fjernet", "endret"}:
            r["antall"] = SKJULT
    return ut


def conceal_totals(rader: Iterable[Tall], antall: Mapping[str, int]) -> list[Tall]:
    """Return control totals without what a small number of rows or persons come to.

    The total before is known, so that of after would give it.

    Args:
        rader: totals as ``skjema.KONTROLL`` has them.
        antall: how many rows and persons are new, gone and changed.
    """
    ut = []
    for r in rader:
        personer = {"nye": "nye personer", "fjernet": "personer borte"}
        av = personer if r["hva"] == "personer" else {n: n for n in ("nye", "fjernet", "endret")}
        smaa = [n for n, hva in av.items() if is_small(antall.get(hva)) and r[n] != 0]
        talt = r["variabel"] is None
        skjules = {n: sign(r[n]) if talt else SKJULT for n in smaa}
        ut.append(r | skjules | ({"etter": SKJULT} if smaa and r["etter"] is not None else {}))
    return ut
