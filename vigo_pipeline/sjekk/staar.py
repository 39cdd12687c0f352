"""What stands in a field, in kind: never the value, but for a code of a list."""

import re

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.variabel import Variabel
from vigo_pipeline.domain.fildato import parse


def kind_of(verdi: str, variabel: Variabel | None) -> str:
    """Return what kind of value it is, in words.

    >>> from vigo_pipeline.contract.variabel import variabler
    >>> kind_of("", None), kind_of("Kari", None), kind_of("0171", None), kind_of("20251301", None)
    ('tomt', 'tekst på 4 tegn', '4 sifre', '8 sifre som ikke er en dato')
    >>> kind_of("E", variabler()["fagstatus"]), kind_of("Kari", variabler()["fagstatus"])
    ('koden «E»', 'tekst på 4 tegn, og feltet har plass til 1')
    """
    if not verdi.strip():
        return "tomt" if not verdi else "bare mellomrom"
    if variabel and variabel.kodeverk:
        if re.fullmatch(kodeverk.lister()[variabel.kodeverk].form, verdi):
            return f"koden «{verdi}»"
    elif parse(verdi):
        return "en dato"
    plass = ""
    if variabel and len(verdi) > variabel.lengde:
        plass = f", og feltet har plass til {variabel.lengde}"
    if verdi.isascii() and verdi.isdigit():
        sifre = amount(len(verdi), "siffer")
        return (
            f"{sifre} som ikke er en dato" if len(verdi) == len("ÅÅÅÅMMDD") else f"{sifre}{plass}"
        )
    stort = bool(
        variabel and variabel.person and variabel.er_fritekst and verdi.isupper() and len(verdi) > 1
    )
    return f"tekst på {len(verdi)} tegn{', bare store bokstaver' if stort else ''}{plass}"
