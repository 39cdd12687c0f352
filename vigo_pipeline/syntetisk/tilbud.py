"""What a school offers and how many pupils each programområde has; the fylke's totals hold."""

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from vigo_pipeline.syntetisk.catalogue import Programomraade, Skole
from vigo_pipeline.syntetisk.forutsetning import fakta, forutsetninger
from vigo_pipeline.syntetisk.lodd import Heltall, share

Desimaltall = npt.NDArray[np.float64]
# Private schools of these pedagogies have programområder of their own, marked in the kode.
PEDAGOGIKK = {"steiner": "RS--", "montessori": "MO--", "tysk": "TY--"}
# A word in a school's name says what it surely offers.
NAVN = {
    "ST": ("katedral", "gymnas", "akademiet", "handelsgym"),
    "NA": ("naturbruk", "jordbruk", "landbruk", "skogbruk", "hagebruk"),
    "ID": ("idrett", "wang", "ntg"),
    "TP": ("maritim", "teknisk", "tekniske"),
}
STANDARD = "----"


def school_rng(seed: int, skole: str, formaal: str) -> np.random.Generator:
    """Return a school's own random numbers, the same whatever else is made."""
    return np.random.default_rng([seed, crc32(skole.encode()), crc32(formaal.encode())])


def split_whole(vekter: Desimaltall, antall: int) -> Heltall:
    """Return ``antall`` split by weight into whole numbers, the largest remainders rounded up.

    >>> split_whole(np.array([1.0, 1.0, 2.0]), 5)
    array([1, 1, 3])
    """
    if not vekter.sum():
        return np.zeros(len(vekter), np.int64)
    # Rounded, so that the last bit of a machine's arithmetic decides nothing.
    eksakt = np.round(vekter / vekter.sum() * antall, 9)
    hele: Heltall = np.floor(eksakt).astype(np.int64)
    rest = np.argsort(-(eksakt - hele), kind="stable")[: antall - int(hele.sum())]
    hele[rest] += 1
    return hele


def category(skole: Skole) -> str:
    """Return positions 7-10 of the programområdekoder a school uses."""
    navn = skole.navn.lower()
    if skole.eier == "privat":
        return next((k for ordet, k in PEDAGOGIKK.items() if ordet in navn), STANDARD)
    return STANDARD


def candidates(skole: Skole, alle: Iterable[Programomraade]) -> list[tuple[int, Programomraade]]:
    """Return the programområder a school may give, with their numbers."""
    kategori = category(skole)
    egne = [(nr, p) for nr, p in enumerate(alle) if p.kategori == kategori]
    return egne or [(nr, p) for nr, p in enumerate(alle) if p.kategori == STANDARD]


def split_fylke(
    seed: int,
    fylkesnr: str,
    startaar: int,
    skoler: Sequence[Skole],
    elever: Sequence[int],
    alle: Sequence[Programomraade],
) -> list[dict[int, int]]:
    """Return each school's pupils per programområde number.

    The sums fit both the schools' sizes and the fylke's applicants per utdanningsprogram, by
    iterative proportional fitting over what each school offers.
    """
    program = sorted({p.program for p in alle})
    maal = _applicants(fylkesnr, startaar, program)
    mulig = [{p.program for _, p in candidates(s, alle)} for s in skoler]
    tilbyr = np.zeros((len(skoler), len(program)))
    for i, skole in enumerate(skoler):
        tilbyr[i] = _offer(seed, skole, elever[i], program, maal, mulig[i])
    _cover(tilbyr, maal, elever, program, mulig)
    stoerrelse = np.asarray(elever, np.float64)
    ut = tilbyr * maal
    for _ in range(40):
        ut *= _ratio(maal / maal.sum() * stoerrelse.sum(), ut.sum(axis=0))
        ut *= _ratio(stoerrelse, ut.sum(axis=1))[:, None]
    return [
        _programomraader(
            seed, s, dict(zip(program, split_whole(ut[i], elever[i]), strict=True)), alle
        )
        for i, s in enumerate(skoler)
    ]


def _ratio(maal: Desimaltall, naa: Desimaltall) -> Desimaltall:
    return np.divide(maal, naa, out=np.ones_like(maal), where=naa > 0)


def _applicants(fylkesnr: str, startaar: int, program: Sequence[str]) -> Desimaltall:
    """Return the fylke's applicants per utdanningsprogram in the year nearest to the skoleår."""
    rader = [r for r in fakta("soekere") if r["fylkesnr"] == fylkesnr] or list(fakta("soekere"))
    aar = min({int(r["aar"]) for r in rader}, key=lambda a: (abs(a - startaar), a))
    per: dict[str, int] = dict.fromkeys(program, 0)
    for r in rader:
        if int(r["aar"]) == aar and r["utdanningsprogram"] in per:
            per[r["utdanningsprogram"]] += int(r["soekere"])
    return np.array([float(max(per[p], 1)) for p in program])


def _offer(
    seed: int, skole: Skole, elever: int, program: Sequence[str], maal: Desimaltall, mulig: set[str]
) -> Desimaltall:
    """Return 1 for each utdanningsprogram the school offers: what its name says, then by lot."""
    rng = school_rng(seed, skole.skolenr, "tilbud")
    navn = skole.navn.lower()
    sikkert = np.array([any(o in navn for o in NAVN.get(p, ())) for p in program])
    kan = np.array([p in mulig for p in program])
    # The Gumbel trick: the k largest are a draw without replacement by weight.
    poeng = np.log(maal) + rng.gumbel(size=len(program)) + sikkert * 100.0
    poeng[~kan] = -np.inf
    per = forutsetninger().tilbud.elever_per_program
    antall = min(max(1, round(elever / per)), int(kan.sum()))
    ut = np.zeros(len(program))
    ut[np.argsort(-poeng, kind="stable")[:antall]] = 1.0
    return ut


def _cover(
    tilbyr: Desimaltall,
    maal: Desimaltall,
    elever: Sequence[int],
    program: Sequence[str],
    mulig: Sequence[set[str]],
) -> None:
    """Give what nobody offers to the largest school that can, so that no applicant is left out."""
    rekke = np.argsort(-np.asarray(elever), kind="stable")
    for k, navn in enumerate(program):
        if maal[k] > 1 and not tilbyr[:, k].any():
            er_mulig = (i for i in rekke if navn in mulig[i] and len(mulig[i]) > 1)
            tilbyr[next(er_mulig, rekke[0]), k] = 1.0


def _programomraader(
    seed: int, skole: Skole, per_program: dict[str, int], alle: Sequence[Programomraade]
) -> dict[int, int]:
    """Split a school's pupils per utdanningsprogram over trinn and programområder."""
    kan = candidates(skole, alle)
    lodd = _preferences(seed, skole, kan)
    ut: dict[int, int] = {}
    for navn, antall in per_program.items():
        egne = [(nr, p) for nr, p in kan if p.program == navn]
        if not antall or not egne:
            continue
        andeler = forutsetninger().trinn[egne[0][1].programtype]
        paa_trinn = [[nr for nr, p in egne if p.trinn == t] for t in (1, 2, 3)]
        vekter = np.array([a * bool(p) for a, p in zip(andeler, paa_trinn, strict=True)])
        if not vekter.sum():
            vekter = np.array([float(bool(p)) for p in paa_trinn])
        for nummer, elever in zip(paa_trinn, split_whole(vekter, antall), strict=True):
            ut |= _spread(lodd, nummer, int(elever))
    return ut


def _preferences(
    seed: int, skole: Skole, kan: Sequence[tuple[int, Programomraade]]
) -> dict[int, tuple[float, float]]:
    """Return each programområde's lots at a school: to be chosen, and to be large.

    They hang on the programområde's prefix, so that Vg2 has a Vg3 to go on to.
    """
    prefikser = np.array([crc32(p.kode[2:5].encode()) for _, p in kan])
    valgt, stort = (
        share(seed, skole.skolenr, prefikser, formaal).tolist() for formaal in ("valgt", "stort")
    )
    return {nr: lodd for (nr, _), lodd in zip(kan, zip(valgt, stort, strict=True), strict=True)}


def _spread(
    lodd: dict[int, tuple[float, float]], nummer: Sequence[int], elever: int
) -> dict[int, int]:
    """Split pupils of one trinn over as many programområder as they fill."""
    if not elever:
        return {}
    per = forutsetninger().tilbud.elever_per_programomraade
    antall = min(len(nummer), max(1, round(elever / per)))
    valgt = sorted(sorted(nummer, key=lambda nr: lodd[nr])[:antall])
    delt = split_whole(np.array([0.5 + lodd[nr][1] for nr in valgt]), elever)
    return {nr: int(n) for nr, n in zip(valgt, delt, strict=True) if n}
