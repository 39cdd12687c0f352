"""What is wrong in the contract: variables, line types, code lists and the årshjul."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from vigo_pipeline.contract import aarshjul, grensesnitt, kodeverk, oppbevaring, variabel
from vigo_pipeline.contract.fault import Fault, WrongSpec, at, unknown
from vigo_pipeline.contract.toml_file import read_toml
from vigo_pipeline.engine import values

# Of the Sentralbase too, beside those of line types.
UTEN_HISTORIKK = ("funn", "ot_linje", "ot_linjestatus")
PAKKEN = Path(variabel.__file__).parents[1]


def contract_faults() -> list[Fault]:
    """Return every mistake in the contract. While there are any, no flow can be looked at."""
    ut: list[Fault] = []
    lesere: tuple[Callable[[], object], ...] = (
        variabel.variabler,
        grensesnitt.grensesnitt,
        grensesnitt.linjetyper,
        kodeverk.lister,
        aarshjul.aarshjul,
        oppbevaring.slagene,
        values.values,
        # What synthetic files and the taking in of code lists go by is at least TOML.
        *(partial(read_toml, fil) for fil in sorted(PAKKEN.rglob("*.toml"))),
    )
    for les in lesere:
        try:
            les()
        except WrongSpec as feil:
            ut += feil.faults
    if not ut:
        ut = [*_of_variables(), *_of_lines(), *_of_lists(), *_of_retention()]
    return sorted({*ut})


def _of_variables() -> Iterator[Fault]:
    fil, data = variabel.FIL, read_toml(variabel.FIL)
    for navn, v in variabel.variabler().items():
        if v.kodeverk is not None and v.kodeverk not in kodeverk.lister():
            hva = unknown("en kodeliste", v.kodeverk, kodeverk.lister().keys())
            yield at(fil, data, (navn, "kodeverk"), hva)


def _of_lines() -> Iterator[Fault]:
    sett: dict[str, str] = {}
    for fil in (grensesnitt.FIL, grensesnitt.EGNE):
        data = read_toml(fil)
        for nr, raa in enumerate(data["post"]):
            post = grensesnitt.Post(**raa)
            for felt in ("kode", "tabell"):
                verdi = getattr(post, felt)
                if verdi in sett:
                    yield at(fil, data, ("post", nr, felt), f"«{verdi}» er brukt to ganger.")
                sett[verdi] = felt
            for hvor, hva in _of_columns(post):
                yield at(fil, data, ("post", nr, *hvor), hva)


def _of_columns(post: grensesnitt.Post) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong with the positions of a line type, and where in it."""
    numre = [k.nr for k in post.kolonner]
    navn = {k.variabel for k in post.i_bruk}
    for plass, k in enumerate(post.kolonner):
        if k.nr in numre[:plass]:
            yield ("kolonner", plass, "nr"), f"nr {k.nr} er brukt to ganger."
        if k.variabel and k.variabel not in variabel.variabler():
            kjente = variabel.variabler().keys()
            yield ("kolonner", plass, "variabel"), unknown("en variabel", k.variabel, kjente)
    for n in post.noekkel:
        if n not in navn:
            yield ("noekkel",), unknown("en kolonne i linja", n, [n for n in navn if n])


def _of_lists() -> Iterator[Fault]:
    """Yield what is wrong with the files of code lists."""
    data = read_toml(kodeverk.FIL)
    for navn, liste in kodeverk.lister().items():
        if not liste.fil.exists():
            yield at(kodeverk.FIL, data, (navn,), f"fila {liste.fil.name} finnes ikke.")
            continue
        try:
            kodeverk.load(navn)
        except ValueError as feil:
            yield Fault(liste.fil, 0, "", str(feil).removeprefix(f"{liste.fil.name}: "))


def _of_retention() -> Iterator[Fault]:
    """Yield tables that are of no kind of data, of two, or none at all."""
    fil, data = oppbevaring.FIL, read_toml(oppbevaring.FIL)
    finnes = {p.tabell for p in grensesnitt.tabellposter().values()} | {*UTEN_HISTORIKK}
    sett: set[str] = set()
    for slag in oppbevaring.slagene().values():
        for tabell in slag.tabeller:
            if tabell not in finnes:
                yield at(fil, data, (slag.navn, "tabeller"), unknown("en tabell", tabell, finnes))
            if tabell in sett:
                hva = f"«{tabell}» er av en annen slags opplysninger også."
                yield at(fil, data, (slag.navn, "tabeller"), hva)
            sett.add(tabell)
    if uten := sorted(finnes - sett):
        yield Fault(fil, 0, "", f"ingen sier hvor lenge {', '.join(uten)} holdes.")
