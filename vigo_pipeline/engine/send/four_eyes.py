"""Four eyes: whoever approves is another than who ran the control and who gave its waivers."""

from collections.abc import Sequence

import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.database.tables import dom
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon


class SelfApproval(VigoError):
    """The one who approves may be who ran the control, or who gave a waiver that it leans on."""


class UnknownRunner(VigoError):
    """Nobody knows who ran the control, so nobody can be said to be another."""


def demand_another(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, domfelt: Dom, hvem: Hvem
) -> None:
    """Refuse an approval by somebody who may have had a hand in what is approved.

    Raises:
        SelfApproval: the same person may have run the control, or given a waiver that it leans on.
        UnknownRunner: nobody knows who ran the control last.
    """
    navn = f"{leveranse.stamme} {partisjon}"
    kjoert_av = _runners(pipeline, leveranse, partisjon, domfelt.rader_sha256)
    if not _is_known(kjoert_av):
        raise UnknownRunner(
            f"{navn}: ingen vet hvem som kjørte kontrollen sist, så ingen kan sies å være en "
            "annen. Sett VIGO_BRUKER til eget navn, eller logg inn, og kjør kontrollen på nytt, én "
            "runde om gangen; en backfill sier ikke hvem som står bak."
        )
    if any(hvem.may_be(annen) for annen in kjoert_av if annen.kjent):
        raise SelfApproval(
            f"{navn}: «{hvem.navn}» har kjørt kontrollen selv, eller har et navn som ikke kan "
            "skilles fra den som har. En annen må godkjenne; skriv fullt navn."
        )
    for unntak in domfelt.unntak:
        if hvem.may_be(Hvem(unntak.hvem)):
            raise SelfApproval(
                f"{navn}: «{hvem.navn}» har gitt unntak nr. {unntak.nr}, som porten er åpnet med, "
                "eller har et navn som ikke kan skilles fra den som har. En annen må godkjenne."
            )


def runner_is_known(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, rader_sha256: str
) -> bool:
    """Say whether anybody can be another than who ran the control of some rows last."""
    return _is_known(_runners(pipeline, leveranse, partisjon, rader_sha256))


def _is_known(kjoert_av: Sequence[Hvem]) -> bool:
    return bool(kjoert_av) and kjoert_av[0].kjent


def _runners(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, rader_sha256: str
) -> list[Hvem]:
    """Return everybody who has judged exactly these bytes, the latest first."""
    query = (
        sa.select(dom.c.hvem, dom.c.hvem_id)
        .where(
            dom.c.leveranse == leveranse.stamme,
            dom.c.skoleaar == partisjon.skoleaar,
            dom.c.runde == partisjon.runde,
            dom.c.rader_sha256 == rader_sha256,
        )
        .order_by(dom.c.nr.desc())
    )
    with pipeline.engine.connect() as con:
        return [Hvem(rad.hvem, rad.hvem_id or "") for rad in con.execute(query)]
