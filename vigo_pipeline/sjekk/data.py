"""What a check found, for another program: a shape with a version, told in docs/reference."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from vigo_pipeline.contract import spesifikasjon
from vigo_pipeline.reports.parts.rule_link import rule_address
from vigo_pipeline.sjekk.check import Kontrollert, Sett, exit_code
from vigo_pipeline.sjekk.tiltak import by_line

# One up when a field is gone or means something else; a new field is no new version.
VERSJON = 1


class _Del(BaseModel):
    model_config = ConfigDict(frozen=True)


class Fil(_Del):
    """A file, and what it was read as. ``linjer`` is 0 where it could not be read."""

    navn: str
    linjer: int
    godtatt: bool
    samling: str
    skoleaar: str
    runde: str
    avgiver: str
    fordi: str


class Funn(_Del):
    """A finding. ``linje`` 0: the whole file. ``fil`` blank: all. ``antall``: it stands for."""

    regel: str
    alvor: str
    trinn: str
    fil: str
    linje: int
    felt: list[str]
    staar: str
    merknad: str
    foelger_av: str
    antall: int
    opplyser: bool


class Regel(_Del):
    """A rule in words: what is wrong with what breaks it, and how to put it right.

    ``side``: the address of its page, blank where nobody has said where the site is.
    """

    regel: str
    tittel: str
    galt: str
    rett: str
    hvorfor: str
    rettes_av: str
    side: str


class Svar(_Del):
    """All of it. ``kode``: as the command ends. ``ikke_kontrollert``: rules that were not asked."""

    versjon: int = VERSJON
    kode: int
    filer: list[Fil]
    funn: list[Funn]
    regler: list[Regel]
    ikke_kontrollert: list[Regel]


def as_data(alle: Sequence[Kontrollert], nettsted: str | None = None) -> Svar:
    """Return what a check found."""
    brutt = {s.regel.id: s.regel for k in alle for s in k.funn}
    uspurt = {r.id: r for k in alle for r in k.ikke_spurt}
    return Svar(
        kode=exit_code(alle),
        filer=[f for k in alle for f in _files(k)],
        funn=[_finding(s) for s in by_line(alle)],
        regler=[_rule(r, nettsted) for _, r in sorted(brutt.items())],
        ikke_kontrollert=[_rule(r, nettsted) for _, r in sorted(uspurt.items())],
    )


def _files(k: Kontrollert) -> list[Fil]:
    som = k.lesemaate
    return [
        Fil(
            navn=navn,
            linjer=linjer,
            godtatt=godtatt,
            samling=som.innsamling.stamme,
            skoleaar=som.partisjon.skoleaar,
            runde=som.partisjon.runde,
            avgiver=som.avgiver,
            fordi=som.fordi,
        )
        for navn, linjer, godtatt in k.filer
    ]


def _finding(s: Sett) -> Funn:
    return Funn(
        regel=s.regel.id,
        alvor=s.alvor,
        trinn=s.funn.trinn,
        fil=s.funn.fil,
        linje=s.funn.linje,
        felt=[*s.felt.navn],
        staar=s.felt.staar,
        merknad=s.funn.merknad,
        foelger_av=s.foelger_av,
        antall=s.antall,
        opplyser=s.regel.opplyser,
    )


def _rule(r: spesifikasjon.Regel, nettsted: str | None) -> Regel:
    return Regel(
        regel=r.id,
        tittel=r.tittel,
        galt=r.galt,
        rett=r.rett,
        hvorfor=r.hvorfor,
        rettes_av=r.eier,
        side=rule_address(nettsted, r.id),
    )
