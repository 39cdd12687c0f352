"""What collections and deliveries name, held against what there is."""

import re
from collections.abc import Collection, Iterator

from vigo_pipeline.contract import grensesnitt, kodeverk
from vigo_pipeline.contract.aarshjul import FIL as AARSHJUL
from vigo_pipeline.contract.aarshjul import aarshjul, runder
from vigo_pipeline.contract.fault import Fault, meant, unknown
from vigo_pipeline.contract.grensesnitt import Post, linjetyper, tabellposter
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.control.ask import I_FJOR
from vigo_pipeline.engine.uten_flyt import taken
from vigo_pipeline.specs.fields import Specs

Funn = tuple[tuple[str | int, ...], str]
# What a position comes from, where it says a line type and a position, or a code list.
LINJE = re.compile(r"(?<!\w)(\$\w+|TOF)(?:\.(\d+))?")
LISTE = re.compile(r"^kodeverk (\w+)")
# What Dagster can call a flow and a delivery: it does not load at all for another name.
STAMME = re.compile(r"[A-Za-z0-9_]{1,63}", re.ASCII)
I_MAPPA = ("{skoleaar}", "{runde}", "{avgiver}")


def flow_faults(specs: Specs) -> Iterator[Fault]:
    """Yield what collections, deliveries and the årshjul name that is not there."""
    for innsamling in specs.innsamlinger.values():
        fil = specs.spec("innrapportering", innsamling.stamme)
        yield from (specs.at(fil, sti, hva) for sti, hva in _of_collection(specs, innsamling))
    for leveranse in specs.leveranser.values():
        fil = specs.spec("leveranser", leveranse.stamme)
        for sti, hva in (*_of_delivery(specs, leveranse), *_of_columns(leveranse)):
            yield specs.at(fil, sti, hva)
    alle = specs.stammer["innrapportering"]
    for nr, raa in enumerate(specs.toml(AARSHJUL)["hendelse"]):
        if "flyt" in raa and raa["flyt"] not in alle:
            hva = unknown("en flyt", str(raa["flyt"]), alle)
            yield specs.at(AARSHJUL, ("hendelse", nr, "flyt"), hva)


def _of_name(stamme: str) -> Iterator[Funn]:
    if not STAMME.fullmatch(stamme):
        yield (), f"«{stamme}» kan ikke være et navn: bare a–z, 0–9 og _, og høyst 63 tegn."


def _of_collection(specs: Specs, i: Innsamling) -> Iterator[Funn]:
    yield from _of_name(i.stamme)
    if opptatt := taken(i.stamme):
        yield (), opptatt
    if not runder(i.stamme):
        flyter = {h.flyt for h in aarshjul().hendelse if h.flyt}
        hva = f"årshjulet har ingen runde for {i.stamme}: en hendelse med flyt og runde mangler."
        yield (), hva + meant(i.stamme, flyter - {*specs.stammer["innrapportering"]})
    andre = [n for n in specs.stammer["innrapportering"] if n != i.stamme]
    yield from each(("etter",), i.etter, andre, "en annen innsamling")
    yield from each(("poster",), i.poster, tabellposter().keys(), "en linjetype")
    sql = {p.stem for p in (specs.assets / "rapporter").glob("*.sql")}
    yield from each(("rapporter",), i.rapporter, sql, "en spørring i assets/rapporter")
    for navn, kolonner in i.kontroll.items():
        samling, _, tabell = navn.removeprefix(I_FJOR).rpartition(".")
        if samling and samling not in specs.stammer["innrapportering"]:
            yield (
                ("kontroll", navn),
                unknown("en innsamling", samling, specs.stammer["innrapportering"]),
            )
        yield from of_table(("kontroll", navn), tabell, kolonner)
    if mangler := [m for m in I_MAPPA if m not in i.mappe]:
        yield ("mappe",), f"mangler {', '.join(mangler)}."
    if ukjente := sorted({*re.findall(r"\{.*?\}", i.mappe)} - {*I_MAPPA}):
        yield ("mappe",), unknown("noe mappa kan deles etter", ukjente[0], I_MAPPA)
    like = [j.stamme for j in specs.innsamlinger.values() if j != i and j.mappe == i.mappe]
    yield from ((("mappe",), f"samme mappe som {n}.") for n in like)
    if not specs.suite("innrapportering", i.stamme).exists():
        yield (), f"fila expectations/innrapportering/{i.stamme}.toml finnes ikke."


def _of_delivery(specs: Specs, lev: Leveranse) -> Iterator[Funn]:
    yield from _of_name(lev.stamme)
    if lev.samling not in specs.stammer["innrapportering"]:
        yield ("samling",), unknown("en flyt", lev.samling, specs.stammer["innrapportering"])
    # A receiver that nobody has a channel to would get it in the outbox, and nobody would fetch it.
    yield from (
        (sti, f"{hva} {_audiences()}")
        for sti, hva in each(("mottakere",), lev.mottakere, _names(), "en målgruppe i årshjulet")
    )
    andre = [n for n in specs.stammer["leveranser"] if n != lev.stamme]
    yield from each(("sammen_med",), lev.sammen_med, andre, "en annen leveranse")
    ledd = {p.stem for p in (specs.assets / "leveranser" / "avledet").glob("*.sql")}
    yield from each(("avleder",), lev.avleder, ledd, "en spørring i avledet/")
    for tabell, kolonner in lev.leser.items():
        yield from of_table(("leser", tabell), tabell, kolonner, med_noekkel=True)
    tabeller = {p.tabell for p in grensesnitt.tabellposter().values()}
    # Where the table itself is misspelt, that is the mistake.
    if lev.leser.keys() <= tabeller:
        yield from each(("grunnlag",), (lev.grunnlag,), lev.leser.keys(), "en tabell i [leser]")
    alle = [*lev.navn, *lev.kontrollkolonner]
    yield from each(("noekkel",), lev.noekkel, alle, "en kolonne i leveransen")
    yield from each(
        ("maaned",), (lev.maaned,) if lev.maaned else (), alle, "en kolonne i leveransen"
    )
    if "avgiverfylke" not in alle:
        yield ("kontrollkolonner",), "mangler «avgiverfylke», som porten teller etter."
    if lev.per_skole and not {"skolenr", "fnr"} <= {*lev.noekkel}:
        yield ("per_skole",), "en leveranse per skole må ha «skolenr» og «fnr» i nøkkelen."
    if lev.som is None and not (specs.assets / "leveranser" / f"{lev.stamme}.sql").exists():
        yield (), f"fila assets/leveranser/{lev.stamme}.sql finnes ikke."
    if not specs.suite("leveranser", lev.stamme).exists():
        yield (), f"fila expectations/leveranser/{lev.stamme}.toml finnes ikke."


def _names() -> list[str]:
    return [m.navn for m in aarshjul().maalgruppe]


def _audiences() -> str:
    """Return who a delivery may go to, and where another is written."""
    kjente = ", ".join(f"«{n}»" for n in _names())
    return (
        f"Der står {kjente}. En ny mottaker skrives som en [[maalgruppe]] i "
        "vigo_pipeline/contract/aarshjul.toml."
    )


def _of_columns(lev: Leveranse) -> Iterator[Funn]:
    numre, navn = [k.nr for k in lev.kolonner], [k.variabel for k in lev.kolonner]
    for plass, k in enumerate(lev.kolonner):
        her = ("kolonner", plass)
        if k.nr in numre[:plass]:
            yield (*her, "nr"), f"nr {k.nr} er brukt to ganger."
        if k.variabel in navn[:plass]:
            yield (*her, "variabel"), f"«{k.variabel}» er brukt to ganger."
        if k.variabel not in variabler():
            yield (*her, "variabel"), unknown("en variabel", k.variabel, variabler().keys())
        if k.variabel in lev.noekkel and not k.oblig:
            yield her, "kolonnen er i nøkkelen, og må ha oblig = true."
        yield from (((*her, "fra"), hva) for hva in _of_source(k.fra))
    if mangler := sorted({*range(1, len(numre) + 1)} - {*numre}):
        # At the first position after the gap; a number that is there twice leaves none.
        etter = sorted((k.nr, plass) for plass, k in enumerate(lev.kolonner) if k.nr > mangler[0])
        sti = ("kolonner", etter[0][1], "nr") if etter else ("kolonner",)
        yield sti, f"nr {', '.join(map(str, mangler))} mangler: de skal gå fra 1."


def _of_source(fra: str) -> Iterator[str]:
    """Yield what is wrong with where a position says that it comes from."""
    if not fra.strip():
        yield "er tom: si hvor verdien kommer fra, eller «ukjent, leveres tom»."
    poster = {p.kode: p for p in linjetyper()}
    for treff in LINJE.finditer(fra):
        kode, nr = treff[1], treff[2]
        if kode not in poster:
            yield unknown("en linjetype", kode, poster.keys())
        elif nr and int(nr) not in {k.nr for k in poster[kode].i_bruk}:
            yield f"{kode} har ikke noe i bruk på plass {nr}, den går til {_last(poster[kode])}."
    liste = LISTE.match(fra)
    if liste and liste[1] not in kodeverk.lister():
        yield unknown("en kodeliste", liste[1], kodeverk.lister().keys())


def _last(post: Post) -> int:
    return max(k.nr for k in post.i_bruk)


def of_table(
    sti: tuple[str | int, ...], tabell: str, kolonner: tuple[str, ...], *, med_noekkel: bool = False
) -> Iterator[Funn]:
    """Yield what is wrong with columns that are read of a table of the Sentralbase."""
    poster = {p.tabell: p for p in grensesnitt.tabellposter().values()}
    if tabell not in poster:
        yield sti, unknown("en tabell i Sentralbasen", tabell, poster.keys())
        return
    har = poster[tabell].importert
    yield from ((sti, unknown(f"en kolonne i {tabell}", n, har)) for n in kolonner if n not in har)
    if med_noekkel and (uten := [n for n in poster[tabell].noekkel if n not in kolonner]):
        yield sti, f"leser ikke hele nøkkelen: {', '.join(uten)} mangler."


def each(
    sti: tuple[str | int, ...], navnene: tuple[str, ...], kjente: Collection[str], hva: str
) -> Iterator[Funn]:
    """Yield the names that are not known, as what they should be."""
    yield from ((sti, unknown(hva, n, kjente)) for n in navnene if n not in kjente)
