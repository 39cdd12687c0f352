"""What a code list's own columns must be for a code that an export only names."""

from collections.abc import Callable, Mapping

Rad = dict[str, str]

# What a register's value ends with → ours. Grep names values by code or address.
VERDIER: dict[str, dict[str, str]] = {
    "trinn": {
        "vg1": "1",
        "vg2": "2",
        "vg3": "3",
        "opplaering_bedrift": "3",
        "paabygning_generell_studiekompetanse": "3",
    },
    "sted": {"_bedrift": "bedrift", "_skole": "skole"},
    "fagtype": {
        "felles_programfag": "FP",
        "fellesfag": "FF",
        "valgfritt_programfag": "VP",
        "yrkesfaglig_fordypning": "PF",
    },
    "aarstimer": {},
    # What the other letters of VIGO Kodeverksbase mean is not known.
    "type": {"G": "grunnskole", "ot": "ot"},
}
PROGRAMFAG = ("FP", "VP", "PF")
# Outside the tilbudsstruktur: no utdanningsprogram (kodeverk.md § 10).
UTENFOR = ("AOLOV", "GSGSK")


def translate(egne: Mapping[str, str]) -> Rad:
    """Return the own columns of an export in our values; what we have no value for is left out.

    >>> translate({"trinn": "vg2", "aarstimer": "140", "sted": "opplaeringssted_bedrift"})
    {'trinn': '2', 'aarstimer': '140', 'sted': 'bedrift'}
    """
    ut = {kolonne: _own_value(kolonne, verdi) for kolonne, verdi in egne.items()}
    if ut.get("type") == "grunnskole":
        ut["nivaa"] = "gsk"
    return {kolonne: verdi for kolonne, verdi in ut.items() if verdi}


def _own_value(kolonne: str, verdi: str) -> str:
    if kolonne == "aarstimer":
        return verdi if verdi.isdigit() and int(verdi) else ""
    if kolonne in VERDIER:
        passer = (vaar for slutt, vaar in VERDIER[kolonne].items() if verdi.endswith(slutt))
        return next(passer, "")
    return verdi


def derive(liste: str, kode: str, navn: str, egne: Mapping[str, str]) -> Rad:
    """Return the own columns of a new code, DERIVED from the code where the export is silent."""
    regel = REGLER.get(liste)
    return {**(regel(kode, navn, egne) if regel else {}), **egne}


def _programomraade(kode: str, _navn: str, _egne: Mapping[str, str]) -> Rad:
    # Only when the export gives no trinn: the digit is the level but for a few codes with 4.
    siffer = kode[5:6]
    return {
        "utdanningsprogram": "" if kode.startswith(UTENFOR) else kode[:2],
        "trinn": str(min(int(siffer), 3)) if siffer.isdigit() else "",
        "kategori": kode[6:],
        "nivaa": "gsk" if kode.startswith("GSGSK") else "vg",
    }


def _fag(kode: str, _navn: str, egne: Mapping[str, str]) -> Rad:
    return {
        "elevtimer_grunnlag": "N",
        "krever_elevtimer": "N",
        "grunnlag_kursprosent": "J" if egne.get("aarstimer") else "N",
        # Grep has the fag of grunnskolen too: only programfag say that they are of videregående.
        "nivaa": "vg" if egne.get("fagtype") in PROGRAMFAG else "ib" if kode[:3] == "IBA" else "",
    }


def _skole(kode: str, navn: str, egne: Mapping[str, str]) -> Rad:
    """Return what a unit's name and number suggest (regbok A06, kodeverk.md § 13).

    The series is a habit and not a type: Oslo's adult centres have numbers in the series of OT, so
    only the name can tell that a unit is OT.
    """
    if egne.get("type") == "ot" or _OT in navn.casefold():
        return {"eier": "fylke", "type": "ot", "nivaa": "vg"}
    if kode.startswith("00"):
        return {"eier": "privat", "type": "vgs", "nivaa": "vg"}
    nr = int(kode[2:]) if kode[2:].isdigit() else 1
    for siste, eier, slag, nivaa in _SERIER:
        if nr <= siste:
            return {"eier": eier, "type": slag, "nivaa": nivaa}
    return {"eier": "fylke", "type": "vgs", "nivaa": "vg"}


def _merknad(_kode: str, navn: str, _egne: Mapping[str, str]) -> Rad:
    return {"parametre": str(navn.count("<"))}


_OT = "oppfølgingstjenest"
# Last number of a series, eier, type, nivaa.
_SERIER = (
    (0, "fylke", "fagopplaering", "vg"),
    (99, "fylke", "vgs", "vg"),
    (119, "fylke", "voksenopplaering", "vg"),
    (129, "fylke", "vgs", "vg"),
    (139, "fylke", "privatist", "vg"),
    (189, "fylke", "vgs", "vg"),
    (199, "stat", "vgs", "vg"),
    (499, "fylke", "vgs", "vg"),
    (799, "kommune", "grunnskole", "gsk"),
    (829, "privat", "grunnskole", "gsk"),
    (899, "stat", "grunnskole", "gsk"),
)
REGLER: dict[str, Callable[[str, str, Mapping[str, str]], Rad]] = {
    "programomraader": _programomraade,
    "fag": _fag,
    "skoler": _skole,
    "fagmerknader": _merknad,
    "vitnemaalsmerknader": _merknad,
}
