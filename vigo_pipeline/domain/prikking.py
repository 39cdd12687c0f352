"""Conceal small counts, as statistics do before many may read them («prikking»)."""

from collections.abc import Iterable, Mapping, Sequence

Celle = str | int | float | None
Tall = dict[str, Celle]

GRENSE = 5
LITE = f"<{GRENSE}"
# Statistics Norway's sign for a number that is not shown.
SKJULT = ":"


def is_small(tall: Celle) -> bool:
    """Say whether a count is of so few that it is concealed. None at all is no one."""
    return isinstance(tall, int) and 0 < tall < GRENSE


def conceal(rader: Iterable[Tall], tall: Sequence[str], gruppe: str | None = None) -> list[Tall]:
    """Return rows with each small count of ``tall`` as ``<5``.

    Where the sum is known, a single concealed count is what is left of it; the smallest other
    count is then concealed too. What is summed in two ways is concealed for one, then the other.

    Args:
        rader: rows of counts.
        tall: the columns that hold counts.
        gruppe: the column of what the counts are summed by; None when it is all of them.

    >>> [r["n"] for r in conceal([{"n": 2}, {"n": 30}, {"n": 9}, {"n": 0}], ["n"])]
    ['<5', 30, ':', 0]
    """
    ut = [dict(r) for r in rader]
    grupper: dict[Celle, list[Tall]] = {}
    for rad in ut:
        grupper.setdefault(rad[gruppe] if gruppe else None, []).append(rad)
    for sammen in grupper.values():
        for navn in tall:
            _conceal_column(sammen, navn)
    return ut


def _conceal_column(rader: list[Tall], navn: str) -> None:
    smaa = [r for r in rader if is_small(r[navn])]
    skjulte = [r for r in rader if r[navn] in (LITE, SKJULT)]
    andre = [r for r in rader if isinstance(n := r[navn], int) and n >= GRENSE]
    if len(smaa) + len(skjulte) == 1 and andre:
        min(andre, key=lambda r: r[navn])[navn] = SKJULT  # type: ignore[arg-type,return-value]
    for rad in smaa:
        rad[navn] = LITE


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
        skjules = {n: LITE if talt and is_small(r[n]) else SKJULT for n in smaa}
        ut.append(r | skjules | ({"etter": SKJULT} if smaa and r["etter"] is not None else {}))
    return ut
