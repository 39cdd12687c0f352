"""What a terminal cannot show is spelt with what it can: no command stops for a letter."""

import codecs
import io
import sys

from vigo_pipeline.domain.bokstaver import STAVET

SKRIVEMAATE = "vigo"
# The rest is what our texts have beyond ASCII.
_STAVET = {
    **STAVET,
    **{"«": '"', "»": '"', "–": "-", "—": "-", "’": "'", "…": "...", "×": "x", "§": "par."},
    **dict.fromkeys("╭╮╰╯├┤", "+"),
    **{"─": "-", "│": "|", "•": "*"},
}


def spell(feil: UnicodeError) -> tuple[str, int]:
    """Return how what cannot be encoded is spelt, and where to go on."""
    if not isinstance(feil, UnicodeEncodeError):
        raise feil
    return "".join(_STAVET.get(t, "?") for t in feil.object[feil.start : feil.end]), feil.end


def spell_what_cannot_be_shown() -> None:
    """Let stdout and stderr take any text, whatever the locale of the terminal."""
    codecs.register_error(SKRIVEMAATE, spell)
    for ut in (sys.stdout, sys.stderr):
        if isinstance(ut, io.TextIOWrapper):
            ut.reconfigure(errors=SKRIVEMAATE)
