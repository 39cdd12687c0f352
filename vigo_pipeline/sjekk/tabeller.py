"""What a check found as tables, for a page, a workbook or another program."""

from collections.abc import Sequence

from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.sjekk.check import Kontrollert
from vigo_pipeline.sjekk.tiltak import IKKE_SPURT, by_line, to_put_right


def tables(alle: Sequence[Kontrollert]) -> list[Tabell]:
    """Return what to put right, every finding by line, the files, and what was not asked."""
    return [things(alle), findings(alle), files(alle), not_asked(alle)]


def things(alle: Sequence[Kontrollert]) -> Tabell:
    """Return one line for each thing to put right."""
    return Tabell(
        "Rett først",
        (
            *(Kolonne("Alvor", 10), Kolonne("Hva er galt", 32), Kolonne("Slik retter du", 44)),
            *(Kolonne("Vanlig årsak", 36), Kolonne("Steder", 8, tall=True)),
            *(Kolonne("Følgefeil", 10, tall=True), Kolonne("Regel", 10, regel=True)),
        ),
        [
            (
                *(t.alvor, t.regel.galt, t.regel.rett, t.regel.hvorfor),
                *(t.antall, t.foelgefeil, t.regel.id),
            )
            for t in to_put_right(alle)
        ],
        "Det som stenger, står øverst. Følgefeil blir borte når årsaken er rettet.",
    )


def findings(alle: Sequence[Kontrollert]) -> Tabell:
    """Return every finding with line and field; nothing in it names a person."""
    return Tabell(
        "Linje for linje",
        (
            *(Kolonne("Fil", 26), Kolonne("Linje", 8, tall=True), Kolonne("Felt", 22)),
            *(Kolonne("Alvor", 10), Kolonne("Regel", 10, regel=True), Kolonne("Hva er galt", 32)),
            *(Kolonne("Der står", 24), Kolonne("Merknad", 30), Kolonne("Slik retter du", 44)),
            *(Kolonne("Følger av", 10, regel=True), Kolonne("Antall", 8, tall=True)),
        ),
        [
            (
                *(s.funn.fil, s.funn.linje or None, s.felt.titler, s.alvor, s.regel.id),
                *(s.regel.galt, s.der_staar, s.funn.merknad, s.regel.rett, s.foelger_av, s.antall),
            )
            for s in by_line(alle)
        ],
        "Én linje for hvert funn. Linja viser til fila; eleven står der.",
    )


def files(alle: Sequence[Kontrollert]) -> Tabell:
    """Return how each file was read."""
    return Tabell(
        "Filer",
        (
            *(Kolonne("Fil", 26), Kolonne("Linjer", 8, tall=True), Kolonne("Godtatt", 9)),
            *(Kolonne("Lest som", 50), Kolonne("Fordi", 50)),
        ),
        [
            (navn, linjer, "ja" if godtatt else "nei", *_read_as(k))
            for k in alle
            for navn, linjer, godtatt in k.filer
        ],
    )


def _read_as(k: Kontrollert) -> tuple[str, str]:
    if k.lesemaate.kjent:
        return k.lesemaate.navn, k.lesemaate.fordi
    return "kan ikke vites", k.lesemaate.sagt


def not_asked(alle: Sequence[Kontrollert]) -> Tabell:
    """Return the rules that a file alone cannot answer."""
    regler = {r.id: r for k in alle for r in k.ikke_spurt}
    return Tabell(
        "Kan ikke kontrolleres her",
        (Kolonne("Regel", 10, regel=True), Kolonne("Hva som er rett", 60)),
        [(id_, r.tittel) for id_, r in sorted(regler.items())],
        IKKE_SPURT,
    )
