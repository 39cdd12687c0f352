"""Those who apply and are never counted: added to the plan after its pupils.

The pupils keep their rows, so oktober is the same with and without them.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan
from vigo_pipeline.syntetisk.catalogue import WAADE, Grunnlag
from vigo_pipeline.syntetisk.forutsetning import forutsetninger, slag_nr
from vigo_pipeline.syntetisk.lodd import mix
from vigo_pipeline.syntetisk.navn import names
from vigo_pipeline.syntetisk.plan import Plan
from vigo_pipeline.syntetisk.rader import Heltall
from vigo_pipeline.syntetisk.tilbud import candidates, school_rng

# What came of an application to the fellesinntak that gave no pupil on 1 October.
UTFALL = ("ikke_moett", "august", "venteliste_nei", "venteliste", "nei")
INGEN = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Soekere:
    """Rows of the plan: by school number and outcome, and the adults by avgiver."""

    inntak: dict[tuple[int, str], Heltall]
    voksne: dict[str, Heltall]

    def of(self, k: int, utfall: str) -> Heltall:
        """Return school ``k``'s applicants with an outcome."""
        return self.inntak.get((k, utfall), INGEN)


def add_applicants(
    grunnlag: Grunnlag, plan: Plan, startaar: int, seed: int
) -> tuple[Plan, Soekere]:
    """Return the plan with the applicants after the pupils, and who they are."""
    deler: list[tuple[Heltall, Heltall]] = []
    inntak: dict[tuple[int, str], Heltall] = {}
    voksne: dict[str, Heltall] = {}
    neste = len(plan.fnr)
    for k in range(len(plan.skoler)):
        for utfall, programomraade, aar in _intake(grunnlag, plan, k, startaar, seed):
            inntak[k, utfall] = neste + np.arange(len(aar))
            deler.append((programomraade, aar))
            neste += len(aar)
    for avgiver in sorted({s.avgiver for s in plan.skoler} - {WAADE}):
        programomraade, aar = _adults(grunnlag, plan, avgiver, startaar, seed)
        voksne[avgiver] = neste + np.arange(len(aar))
        deler.append((programomraade, aar))
        neste += len(aar)
    programomraade = np.concatenate([p for p, _ in deler] or [INGEN])
    aar = np.concatenate([a for _, a in deler] or [INGEN])
    return _extend(plan, programomraade, aar, seed, startaar), Soekere(inntak, voksne)


def _intake(
    grunnlag: Grunnlag, plan: Plan, k: int, startaar: int, seed: int
) -> list[tuple[str, Heltall, Heltall]]:
    """Return each outcome with its applicants' programområde and birth year."""
    skole = plan.skoler[k]
    if skole.avgiver == WAADE or skole.type != "vgs":
        return []
    rng = school_rng(seed, skole.skolenr, "inntak")
    egne = plan.programomraade[plan.grenser[k] : plan.grenser[k + 1]]
    trinn = np.array([p.trinn for p in grunnlag.programomraader])
    eldre = np.asarray(forutsetninger().alder.eldre)
    ut = []
    for utfall in UTFALL:
        antall = int(getattr(aarsplan().inntak, utfall) * len(egne) + rng.random())
        valgt = egne[rng.integers(0, len(egne), antall)]
        aar = startaar - 15 - trinn[valgt] - rng.choice(len(eldre), antall, p=eldre)
        ut.append((utfall, valgt, aar))
    return ut


def _adults(
    grunnlag: Grunnlag, plan: Plan, avgiver: str, startaar: int, seed: int
) -> tuple[Heltall, Heltall]:
    """Return the programområde and birth year of the adults who only apply to a fylke."""
    andeler = aarsplan().voksne
    rng = school_rng(seed, avgiver, "voksne soekere")
    egne = adults_of(plan, avgiver)
    antall = max(andeler.minst, round(len(egne) * andeler.bare_soeker))
    skole = next(s for s in plan.skoler if s.avgiver == avgiver)
    alle = np.array([nr for nr, _ in candidates(skole, grunnlag.programomraader)], np.int64)
    # As the adults who are pupils, and some for whatever there is.
    kan = plan.programomraade[egne] if len(egne) else alle
    annet = rng.random(antall) < andeler.annet_program
    programomraade = np.where(
        annet, alle[rng.integers(0, len(alle), antall)], kan[rng.integers(0, len(kan), antall)]
    )
    yngst, eldst = andeler.alder
    return programomraade, startaar + 1 - rng.integers(yngst, eldst, antall)


def adults_of(plan: Plan, avgiver: str) -> Heltall:
    """Return the rows of the adults who are pupils in a fylke on 1 October."""
    egne = [
        np.arange(plan.grenser[k], plan.grenser[k + 1] - plan.reserve[k])
        for k, s in enumerate(plan.skoler)
        if s.avgiver == avgiver
    ]
    rader = np.concatenate([INGEN, *egne])
    voksne: Heltall = rader[plan.slag[rader] == slag_nr()["voksen"]]
    return voksne


def _extend(plan: Plan, programomraade: Heltall, aar: Heltall, seed: int, startaar: int) -> Plan:
    """Return the plan with persons added, none of whom it has from before."""
    brukt = pc.cast(plan.fnr, pa.int64()).to_numpy()
    rng = np.random.default_rng([seed, startaar, len(aar)])
    fnr, dag, individ = (np.zeros(len(aar), np.int64) for _ in range(3))
    for a in np.unique(aar).tolist():
        hvem = np.flatnonzero(aar == a)
        i_aaret = brukt[brukt // 100_000 % 100 == a % 100]
        # As many more as the plan may have taken, so that enough are left.
        nummer = np.arange(len(hvem) + len(i_aaret))
        nye = personnummer.draw(a, int(rng.integers(1_000_000)), nummer)
        ledig = np.flatnonzero(~np.isin(nye[0], i_aaret))[: len(hvem)]
        fnr[hvem], dag[hvem], individ[hvem] = (n[ledig] for n in nye)
    navn, rettet = names(dag, individ)
    ingen_bytter = np.full(len(aar), -1)
    return replace(
        plan,
        programomraade=np.concatenate([plan.programomraade, programomraade]),
        slag=np.concatenate([plan.slag, np.zeros(len(aar), np.int64)]),
        slutter=np.concatenate([plan.slutter, np.zeros(len(aar), bool)]),
        til=np.concatenate([plan.til, ingen_bytter]),
        til_programomraade=np.concatenate([plan.til_programomraade, ingen_bytter]),
        lodd=np.concatenate([plan.lodd, mix(seed, fnr, "lodd")]),
        fnr=pa.concat_arrays([plan.fnr, personnummer.as_text(fnr)]),
        navn=pa.concat_arrays([plan.navn, navn]),
        navn_rettet=pa.concat_arrays([plan.navn_rettet, rettet]),
    )
