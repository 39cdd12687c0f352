"""The command that says why something has not come further."""

from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.valg import (
    JsonValg,
    LeveranserValg,
    RundeValg,
    SkoleaarValg,
    open_pipeline,
    valid_skoleaar,
)
from vigo_pipeline.domain.mask import mask

if TYPE_CHECKING:
    from vigo_pipeline.engine.pipeline import Pipeline

# As people say it, who ask of one thing often: ``vigo hvorfor ssbelev 2025-2026 endelig``.
AarOrd = Annotated[
    str,
    typer.Argument(metavar="skoleår", help="I stedet for --skoleaar.", callback=valid_skoleaar),
]
RundeOrd = Annotated[str, typer.Argument(metavar="runde", help="I stedet for --runde.")]


def hvorfor(
    hva: LeveranserValg,
    aar_ord: AarOrd = "",
    runde_ord: RundeOrd = "",
    skoleaar: SkoleaarValg = "",
    runde: RundeValg = "",
    som_json: JsonValg = False,
) -> None:
    """Si hvor langt noe er kommet, og hva det venter på: hva mangler, er stengt eller utdatert.

    Uten skoleår eller runde gjelder runden som sist ble kjørt, ellers den neste med frist.
    Avslutter med 2 når noe er galt i reglene til en av flytens leveranser.
    """
    skoleaar, runde = skoleaar or aar_ord, runde or runde_ord
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.store import Partisjon
    from vigo_pipeline.reports.hvorfor import why_delivery, why_round

    pipeline = open_pipeline("ingenting")
    leveranser = pipeline.register.leveranser_av(hva)
    flyt = hva if not leveranser else leveranser[0].samling
    if not (skoleaar and runde):
        skoleaar, runde, gjelder = _round_meant(pipeline, flyt, skoleaar, runde)
        if not som_json:
            typer.echo(gjelder)
    partisjon = Partisjon(skoleaar, runde)
    check_partition(pipeline, flyt, partisjon)
    pipeline.bring(flyt, partisjon)
    deler = {lev.stamme: why_delivery(pipeline, lev, partisjon) for lev in leveranser}
    if not deler:
        deler = {hva: why_round(pipeline, pipeline.register.flyt(hva)[0], partisjon)}
    if som_json:
        svar.tell(
            [
                {"hva": navn, "skoleaar": skoleaar, "runde": runde, "svar": linjer}
                for navn, linjer in deler.items()
            ]
        )
    else:
        typer.echo(mask("\n\n".join("\n  ".join(linjer) for linjer in deler.values())))
    for lev in pipeline.register.leveres_fra(flyt):
        # One whose suite is wrong has been told of as a draft: here it is an error.
        pipeline.register.regler("leveranser", lev.stamme, skoleaar)


def _round_meant(
    pipeline: "Pipeline", flyt: str, skoleaar: str, runde: str
) -> tuple[str, str, str]:
    """Return the round that was run last, else the next due, and in words which it is.

    Raises:
        UnknownPartition: the skoleår or the round is not in the årshjul.
        typer.BadParameter: none is, of what is given of it.
    """
    from vigo_pipeline.contract.aarshjul import rounds_due
    from vigo_pipeline.contract.aarshjul import skoleaar as alle_aar
    from vigo_pipeline.domain.frist import deadline
    from vigo_pipeline.domain.skoleaar import Skoleaar
    from vigo_pipeline.engine.ledger.outputs import latest_round
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.store import Partisjon

    pipeline.register.flyt(flyt)
    siste = latest_round(pipeline.engine, "sentralbase", flyt, skoleaar, runde)
    if siste:
        hvilken = f"{siste.skoleaar} {siste.runde}"
        return siste.skoleaar, siste.runde, f"Gjelder runden som sist ble kjørt: {hvilken}."
    frister = [
        (deadline(flyt, r, Skoleaar.parse(aar)), aar, r)
        for aar in alle_aar()
        for r in rounds_due(flyt)
        if skoleaar in {"", aar} and runde in {"", r}
    ]
    kommer = [f for f in frister if f[0] >= pipeline.i_dag()]
    if not (kommer or frister):
        # A skoleår or a round that there is none of is told as that.
        check_partition(
            pipeline, flyt, Partisjon(skoleaar or alle_aar()[-1], runde or rounds_due(flyt)[0])
        )
        raise typer.BadParameter("Skriv skoleåret og runden: --skoleaar 2025-2026 --runde endelig")
    frist, aar, r = min(kommer) if kommer else max(frister)
    hva = "den neste" if kommer else "den siste"
    return aar, r, f"Ingenting er kjørt. Gjelder {hva} med frist, {frist:%d.%m.%Y}: {aar} {r}."
