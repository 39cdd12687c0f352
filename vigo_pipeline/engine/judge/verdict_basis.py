"""What a verdict is given on, beside the rows: rules, settings, who was expected, and the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vigo_pipeline.contract import kodeverk, nudb
from vigo_pipeline.contract.publisert import elever_per_fylke
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.basis import Grunnlag
from vigo_pipeline.engine.derive.recipe import Oppskrift
from vigo_pipeline.engine.judge import macros
from vigo_pipeline.engine.rules.generate import MOTTAKERS, Kontrakt, Kontraktskolonne, Sjekk, expand
from vigo_pipeline.engine.rules.nudb import Mottakerkolonne
from vigo_pipeline.engine.settings import Innstillinger


@dataclass(frozen=True)
class Ventet:
    """Who must report in a round: those expected, and those that the installation leaves out."""

    ventet: tuple[str, ...]
    utelatt: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domsgrunnlag(Grunnlag):
    """What the gate judges by.

    ``oppskrift``: what the rows are made by. ``sjekker``: the SQL that the rules come to, with what
    the contract generates. ``avgivere``: who was expected. ``makro``: the queries of schools and
    fylker, and the forms that one is made of. ``publisert``: the published pupils per fylke.
    ``mottaker``: the release of the receiver's contract, when it has one: what a release says
    never changes, and to read it takes seconds, so a judge reads it and others need not. The
    checks that it generates are not among ``sjekker``. ``krever_godkjenning``: as the spec says;
    who changes it must have the delivery judged and published anew.
    """

    oppskrift: Oppskrift
    regler: tuple[Regel, ...]
    sjekker: tuple[Sjekk, ...]
    avgivere: Ventet
    makro: Mapping[str, str]
    publisert: tuple[Mapping[str, str], ...]
    makroer: Mapping[str, str]
    verdier: duck.Verdier
    periode: tuple[date, date]
    kodeverk: str
    mottaker: str | None
    krever_godkjenning: bool

    @property
    def leveranse(self) -> Leveranse:
        """Return the spec of what is judged."""
        return self.oppskrift.leveranse


def basis(
    oppskrift: Oppskrift,
    regler: Iterable[Regel],
    skoleaar: Skoleaar,
    oppsett: Innstillinger,
    avgivere: Ventet,
    *,
    runde: str,
    krever_godkjenning: bool = True,
) -> Domsgrunnlag:
    """Return what a delivery is judged by, as files and settings say now.

    Args:
        oppskrift: what its rows are made by.
        regler: the suite.
        skoleaar: of the partition.
        oppsett: mode and what is written in ASSUMED columns.
        avgivere: who must report.
        runde: some rules hold in the last round only.
        krever_godkjenning: whether it is sent only when it is approved; the recipe does not say.
    """
    leveranse, regler = oppskrift.leveranse, tuple(regler)
    kontrakt = contract(leveranse)
    skrevet = (r for r in regler if r.genereres not in MOTTAKERS)
    return Domsgrunnlag(
        oppskrift=oppskrift,
        regler=regler,
        sjekker=tuple(s for r in skrevet for s in expand(r, kontrakt)),
        avgivere=avgivere,
        makro=macros.queries(),
        publisert=elever_per_fylke(),
        makroer=dict(duck.MAKROER),
        verdier=duck.of_skoleaar(
            skoleaar,
            telledato=counting_day(leveranse.samling, runde, skoleaar),
            runde=runde,
            modus=oppsett.modus,
            ukjente_kolonner=oppsett.ukjente_kolonner,
        ),
        periode=(skoleaar.start_dato, skoleaar.slutt_dato),
        kodeverk=kodeverk.version(),
        mottaker=nudb.release() if leveranse.nudb_datasett else None,
        krever_godkjenning=krever_godkjenning,
    )


def contract(leveranse: Leveranse, mottakers: Sequence[Mottakerkolonne] = ()) -> Kontrakt:
    """Return the contract of a delivery's rows, with the receiver's of its columns when given."""
    kolonner: Sequence[Kontraktskolonne] = [
        Kontraktskolonne(k.innhold, k.oblig) for k in leveranse.kolonner
    ]
    return Kontrakt(
        form={leveranse.stamme: kolonner},
        innhold={leveranse.stamme: kolonner},
        mottaker={leveranse.stamme: mottakers},
    )


def of_receiver(grunnlag: Domsgrunnlag, kolonner: Sequence[Mottakerkolonne]) -> list[Sjekk]:
    """Return the checks that the receiver's contract of the delivered columns generates."""
    kontrakt = contract(grunnlag.leveranse, kolonner)
    egne = (r for r in grunnlag.regler if r.genereres in MOTTAKERS)
    return [s for r in egne for s in expand(r, kontrakt)]
