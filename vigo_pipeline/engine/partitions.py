"""Which partitions there are, and which of them may be run."""

from vigo_pipeline.contract.aarshjul import LEGG_TIL, rounds_due
from vigo_pipeline.contract.fault import unknown
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import deletions
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon


class UnknownPartition(VigoError):
    """The skoleår or the round is not in the årshjul."""


def check_due(flyt: str, partisjon: Partisjon) -> None:
    """Refuse to run a round that is no longer due; what was made in it before stands.

    Raises:
        UnknownPartition: it is not.
    """
    if partisjon.runde not in rounds_due(flyt):
        raise UnknownPartition(
            f"Runde «{partisjon.runde}» i {flyt} går ikke lenger: i {partisjon.runde} går "
            "ingenting til Udir. Det som er laget i den før, står, og kan ses, prøves og kvitteres."
        )


def demand_kept(pipeline: Pipeline, partisjon: Partisjon) -> None:
    """Refuse to run a round of a skoleår that has been let go.

    Raises:
        LetGo: rows of it have been deleted; says when and by what.
    """
    with pipeline.engine.connect() as con:
        deletions.demand_kept(con, partisjon.skoleaar)


def check_partition(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> None:
    """Refuse a flow or partition that does not exist.

    Raises:
        UnknownFlow: no spec describes the flow.
        UgyldigSkoleaar: what is given as one is none.
        UnknownPartition: the skoleår or the round is not in the årshjul.
    """
    pipeline.register.flyt(flyt)
    _ = partisjon.aar  # what is no skoleår is told so, with the one that was perhaps meant
    runder, aar = pipeline.partitions(flyt)
    if partisjon.runde not in runder:
        raise UnknownPartition(
            f"{unknown(f'en runde i {flyt}', partisjon.runde, runder)} Runder: {', '.join(runder)}."
        )
    if partisjon.skoleaar not in aar:
        raise UnknownPartition(
            f"Skoleår «{partisjon.skoleaar}» finnes ikke i årshjulet ({aar[0]} til {aar[-1]}). "
            f"{LEGG_TIL}"
        )
