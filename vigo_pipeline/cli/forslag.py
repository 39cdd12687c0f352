"""What a shell offers to complete a word with: names alone, so it answers at once."""

from collections.abc import Iterable


def flyter(ufullstendig: str) -> list[str]:
    """Return the flows that begin so."""
    return _begins(ufullstendig, _stems("innrapportering"))


def leveranser(ufullstendig: str) -> list[str]:
    """Return the deliveries that begin so."""
    return _begins(ufullstendig, _stems("leveranser"))


def begge(ufullstendig: str) -> list[str]:
    """Return the flows and deliveries that begin so."""
    return _begins(ufullstendig, [*_stems("innrapportering"), *_stems("leveranser")])


def skoleaar(ufullstendig: str) -> list[str]:
    """Return the skoleår that begin so."""
    from vigo_pipeline.contract.aarshjul import skoleaar as alle

    return _begins(ufullstendig, alle())


def runder(ufullstendig: str) -> list[str]:
    """Return the rounds that begin so, of whatever flow."""
    from vigo_pipeline.contract.aarshjul import aarshjul

    return _begins(ufullstendig, aarshjul().runder)


def _stems(mappe: str) -> list[str]:
    # Every command has these suggestions, and none but the shell asks for them.
    from importlib.resources import files

    alle = (fil.name for fil in files("assets").joinpath(mappe).iterdir())
    return [navn.removesuffix(".toml") for navn in alle if navn.endswith(".toml")]


def _begins(ufullstendig: str, navn: Iterable[str]) -> list[str]:
    return sorted(n for n in navn if n.startswith(ufullstendig))
