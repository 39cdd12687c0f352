"""What several defects do: change a key, find a code that is something else."""

from vigo_pipeline.syntetisk.feil.dokument import Dokument, Elev, Funn


def move(elev: Elev, variabel: str, verdi: str) -> list[Funn]:
    """Change part of the key on the elevkurs and its fag, so that they still belong together.

    The rule finds the $EK; that it finds the $KL too depends on how it is asked.
    """
    for rad in (*elev.ek, *elev.kl):
        rad[variabel] = verdi
    return [Funn(elev.ek[0], variabel), *(Funn(r, variabel, "") for r in elev.kl)]


def another_school(d: Dokument) -> str | None:
    """Return another school of the same avgiver."""
    egne = [s.skolenr for s in d.verksted.grunnlag.skoler if s.avgiver == d.avgiver]
    return next((s for s in egne if s != d.tof["skolenr"]), None)


def another_programme(d: Dokument, elev: Elev) -> str | None:
    """Return a programområde of another code that is valid in the skoleår."""
    alle = (p.kode for p in d.verksted.grunnlag.programomraader)
    return next((k for k in alle if k != elev.ek[0]["programomraadekode"]), None)


def rows(d: Dokument, liste: str) -> tuple[dict[str, str], ...]:
    """Return a code list's rows, in code order."""
    return tuple(dict(r) for r in d.verksted.grunnlag.lister[liste])


def code(d: Dokument, liste: str, **verdier: str) -> str | None:
    """Return the first code of a list with these values."""
    alle = rows(d, liste)
    return next((r["kode"] for r in alle if all(r[k] == v for k, v in verdier.items())), None)
