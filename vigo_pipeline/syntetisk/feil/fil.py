"""Defects of the file: FIL."""

import codecs

from vigo_pipeline.contract.grensesnitt import grensesnitt, tabellposter
from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.feil.dokument import KL, VM, Dokument, Funn, Rad
from vigo_pipeline.syntetisk.feil.endring import another_school, move
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag


@feilslag("FIL-001", Nivaa.EGEN_FIL)
def two_starts(d: Dokument) -> list[Funn]:
    """A second TOF at the end, as when two files are laid end to end."""
    rad = d.tof.copy()
    d.rader.append(rad)
    return [Funn(rad)]


@feilslag("FIL-002", Nivaa.EGEN_FIL, bare_fylke=True)
def other_county(d: Dokument) -> list[Funn] | None:
    """Another fylke in TOF; there is no such rule for Waade."""
    if d.avgiver == WAADE:
        return None
    d.tof["fylkesnr"] = "11" if d.avgiver != "11" else "15"
    return [Funn(d.tof, "fylkesnr")]


@feilslag("FIL-003", Nivaa.EGEN_FIL)
def unknown_line(d: Dokument) -> list[Funn]:
    """A line type that no interface has."""
    rad = Rad(["$XX", "", ""])
    d.rader.append(rad)
    return [Funn(rad)]


@feilslag("FIL-009", Nivaa.EGEN_FIL)
def wrong_encoding(d: Dokument) -> list[Funn] | None:
    """UTF-8, which Norwegian letters show."""
    tegnsett = grensesnitt().fil.tegnsett
    foerste = _first_letter(d)
    if foerste is None:
        return None
    d.etterpaa = lambda innhold: innhold.decode(tegnsett).encode()
    return [Funn(foerste)]


@feilslag("FIL-010", Nivaa.EGEN_FIL)
def byte_order_mark(d: Dokument) -> list[Funn]:
    """A mark that an editor has put first."""
    d.etterpaa = lambda innhold: codecs.BOM_UTF8 + innhold
    return [Funn(d.tof)]


@feilslag("FIL-011", Nivaa.EGEN_FIL)
def empty_file(d: Dokument) -> list[Funn]:
    """No bytes at all."""
    d.etterpaa = lambda _: b""
    return [Funn(d.tof)]


@feilslag("FIL-015", Nivaa.EGEN_FIL)
def cut_off(d: Dokument) -> list[Funn]:
    """The last line break is lost, as when a transfer stops."""
    d.etterpaa = lambda innhold: innhold.rstrip(b"\r\n")
    return [Funn(d.rader[-1])]


@feilslag("FIL-016", Nivaa.AVVISER)
def one_field_too_many(d: Dokument) -> list[Funn] | None:
    """A separator inside a text; the line is not read, so only a fag is lost."""
    elev = d.take()
    if elev is None:
        return None
    elev.kl[-1].felt.append("")
    return [Funn(elev.kl[-1])]


@feilslag("FIL-019", Nivaa.EGEN_FIL)
def no_fag_at_all(d: Dokument) -> list[Funn]:
    """A file of persons and elevkurs only."""
    d.remove([r for r in d.rader if r.post in (KL, VM)])
    return [Funn(d.tof)]


@feilslag("FIL-021", Nivaa.EGEN_FIL)
def line_of_another_collection(d: Dokument) -> list[Funn]:
    """A line of the intake, as when the file lies in the wrong folder."""
    post = tabellposter()["$IN"]
    rad = Rad([post.kode, *[""] * (post.antall_felt - 1)])
    d.rader.append(rad)
    return [Funn(rad)]


@feilslag("FIL-007", Nivaa.EGEN_FIL)
def other_school(d: Dokument) -> list[Funn] | None:
    """An elevkurs of another school in a file that says it is one school's."""
    skole = another_school(d)
    if not d.tof["skolenr"] or skole is None:
        return None
    elev = d.take()
    return move(elev, "skolenr", skole) if elev else None


@feilslag("FIL-008", Nivaa.AVVISER)
def leading_zero_lost(d: Dokument) -> list[Funn] | None:
    """A school number that has been a number on the way."""
    elev = d.take()
    if elev is None:
        return None
    rad = elev.kl[-1]
    rad["skolenr2"] = str(int(rad["skolenr"][2:]))
    return [Funn(rad, "skolenr2"), Funn(rad, "skolenr2", "SKOLE-010")]


@feilslag("FIL-024", Nivaa.EGEN_FIL)
def line_break_in_a_text(d: Dokument) -> list[Funn] | None:
    """A carriage return in a name, as when an address is pasted."""
    elev = d.take()
    if elev is None:
        return None
    elev.el["elevnavn"] = f"{elev.el['elevnavn']}\rc/o"
    return [Funn(elev.el)]


@feilslag("FIL-025", Nivaa.EGEN_FIL)
def end_of_a_dos_file(d: Dokument) -> list[Funn] | None:
    """The mark that COPY puts in where it lays files end to end."""
    elev = d.take()
    if elev is None:
        return None
    elev.el["gateadresse"] = "\x1a"
    return [Funn(elev.el)]


@feilslag("FIL-026", Nivaa.GODTAS)
def letter_of_windows(d: Dokument) -> list[Funn] | None:
    """An apostrophe from Word in an address, in a file that has Norwegian letters."""
    elev = d.take() if _first_letter(d) else None
    if elev is None:
        return None
    elev.el["gateadresse"] = "Olas\x92 gate 1"
    return [Funn(elev.el)]


@feilslag("FIL-027", Nivaa.GODTAS)
def blank_line(d: Dokument) -> list[Funn]:
    """A blank line at the end."""
    rad = Rad([""])
    d.rader.append(rad)
    return [Funn(rad)]


@feilslag("FIL-032", Nivaa.AVVISER)
def version_to_come(d: Dokument) -> list[Funn]:
    """A version that nobody has heard of."""
    d.tof["versjon"] = "99"
    return [Funn(d.tof, "versjon")]


@feilslag("FIL-033", Nivaa.AVVISER)
def day_as_people_write_it(d: Dokument) -> list[Funn] | None:
    """The same day with dots, the year last."""
    dato = d.tof["fildato"]
    d.tof["fildato"] = f"{dato[6:]}.{dato[4:6]}.{dato[:4]}"
    return [Funn(d.tof, "fildato")]


@feilslag("FIL-034", Nivaa.AVVISER)
def file_of_last_year(d: Dokument) -> list[Funn] | None:
    """The export of the skoleår before."""
    if not d.tof["fildato"].isdigit():
        return None
    d.tof["fildato"] = f"{int(d.tof['fildato'][:4]) - 1}{d.tof['fildato'][4:]}"
    return [Funn(d.tof, "fildato")]


def _first_letter(d: Dokument) -> Rad | None:
    """Return the first line with a letter that encodings differ on."""
    return next((r for r in d.rader if not all(f.isascii() for f in r.felt)), None)
