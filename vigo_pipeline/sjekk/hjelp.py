"""What a rule leans on and does not say: the codes that may be chosen, the first school day."""

from collections.abc import Callable
from functools import cache

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.reports.kontrollrapport.finding import Funn

# A longer list is looked up where it is kept.
FAA_KODER = 30
SKOLEDAG = "foerste_skoledag("


def helper(aar: Skoleaar, start: Skolestart) -> Callable[[Regel, Funn], str]:
    """Return what helps whoever puts a finding of a rule right; blank where the rule says it."""

    @cache
    def codes(liste: str) -> str:
        koder = kodeverk.valid(liste, aar.start_dato, aar.slutt_dato)["kode"].to_pylist()
        alle = sorted({*koder})
        return f"Gyldige koder: {', '.join(alle)}." if 0 < len(alle) <= FAA_KODER else ""

    def help_(regel: Regel, funn: Funn) -> str:
        felt = variabler().get(funn.kolonne)
        if felt and felt.kodeverk in regel.kodeverk:
            return codes(str(felt.kodeverk))
        if any(SKOLEDAG in sql for sql in (*regel.bryter.values(), *regel.spoerring.values())):
            egen = (start.egne.get(hvem) for hvem in (funn.skolenr, funn.skolenr[:2]))
            return f"Første skoledag er {next((d for d in egen if d), start.alle):%d.%m.%Y}."
        return ""

    return help_
