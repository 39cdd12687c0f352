"""The verdict, in the ledger: what the gate said of exactly these bytes under these rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract.enhet import RAD, amount
from vigo_pipeline.contract.spesifikasjon import ALVOR, Leveranse, Regel
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.database.tables import dom as tabell
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.judge import said
from vigo_pipeline.engine.judge.installation import basis_of
from vigo_pipeline.engine.judge.judge import Kontroll, judge
from vigo_pipeline.engine.judge.known import known, to_keep
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.judge.looked_at import looked_at, read, sum_of
from vigo_pipeline.engine.judge.suite import Forventning, SuiteFailed, validate
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag, Ventet
from vigo_pipeline.engine.judge.waivers import Unntak, covered, in_force, lapsed, shutting
from vigo_pipeline.engine.load.shrinkage import per_school
from vigo_pipeline.engine.pipeline import OPPSKRIFT, Pipeline, origin
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.store import Partisjon


@dataclass(frozen=True)
class Brudd:
    """A rule that is broken: how many, per fylke, and of what. ``opplyser``: nothing is wrong.

    An old verdict does not say of what: it called all of it rows.
    """

    regel: str
    galt: str
    alvor: str
    rett: str
    antall: int
    per_fylke: dict[str, int]
    opplyser: bool = False
    enhet: str = RAD


@dataclass(frozen=True)
class Dom:
    """What the gate said.

    ``bestaatt`` is true when nothing that shuts the gate was found, but for what ``unntak`` covers.
    ``avgivere``: who was expected. ``tidligere_unntak``: in words, waivers that covered what now
    shuts it, and no longer hold.
    ``krympet``: in words, the schools where more are gone within the round than a rule allows.
    ``lest``: the sha256 of each thing it looked at, by name; ``rader_sha256`` is of all of them.
    ``filer``: the sha256 of each file with what Great Expectations found; none in an old one.
    """

    bestaatt: bool
    rader_sha256: str
    regelsett: str
    avgivere: Ventet
    antall_regler: int
    fylker: tuple[str, ...]
    brudd: tuple[Brudd, ...]
    unntak: tuple[Unntak, ...] = ()
    tidligere_unntak: tuple[str, ...] = ()
    krympet: tuple[str, ...] = ()
    lest: Mapping[str, str] = field(default_factory=dict)
    filer: Mapping[str, str] = field(default_factory=dict)

    @property
    def waivers(self) -> list[dict[str, str | int]]:
        """Return the waivers as a manifest shows them."""
        return [asdict(u) | {"gjelder_til": str(u.gjelder_til)} for u in self.unntak]


def pass_judgement(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    """Judge a delivery with DuckDB and Great Expectations, and write the verdict to the ledger.

    Raises:
        ChangedOnDisk: what is to be judged is not what the steps before wrote.
        MissingInput: the delivery has not been derived, or by another contract or SQL than now.
        RuleFailed: a rule's SQL cannot be run; no verdict is written.
        SuiteFailed: Great Expectations raised, or disagrees with the counts; no verdict is written.
    """
    grunnlag = basis_of(pipeline, leveranse, partisjon)
    if staar := _standing(pipeline, leveranse, partisjon, grunnlag):
        return staar
    regler = grunnlag.regler
    tabeller, lest = read(pipeline, leveranse, partisjon, grunnlag)
    _demand_recipe(grunnlag, tabeller[leveranse.stamme], partisjon)
    tidligere = known(pipeline, leveranse, partisjon, grunnlag, lest)
    if tidligere is not None:
        antall = amount(len(tidligere.skoler), "skole")
        pipeline.logg(f"{leveranse.stamme}: kontrollert på nytt for {antall}")
    kontroll = judge(grunnlag, tabeller, tidligere)
    sagt = said.ask(
        pipeline,
        leveranse,
        partisjon,
        grunnlag.versjon,
        kontroll,
        lambda: validate(leveranse.stamme, regler, kontroll),
    )
    brudd = _broken(regler, kontroll, sagt.forventninger)
    gjeldende = in_force(pipeline, leveranse, partisjon)
    udekket, brukt = shutting(brudd, gjeldende), covered(brudd, gjeldende)[1]
    gjelder = {"rader_sha256": sum_of(lest), "regelsett": grunnlag.versjon}
    steder = {"rader": tabeller[leveranse.stamme]} | kontroll.makro
    steder |= {n: tabeller[n] for n in ("forrige_runde", "krympet") if n in tabeller}
    utenfor = findings.write_judged(
        pipeline.oppsett, partisjon, leveranse, regler, steder, kontroll.funn
    )
    deler = _parts(pipeline, leveranse, partisjon, grunnlag, gjelder["rader_sha256"])
    resultat = Dom(
        bestaatt=not udekket,
        rader_sha256=gjelder["rader_sha256"],
        regelsett=gjelder["regelsett"],
        avgivere=grunnlag.avgivere,
        antall_regler=len(regler),
        fylker=kontroll.fylker,
        brudd=brudd,
        unntak=brukt,
        tidligere_unntak=lapsed(pipeline, leveranse, partisjon, udekket),
        krympet=_shrunk(tabeller, kontroll),
        lest=lest,
        filer=said.write(
            pipeline,
            leveranse,
            partisjon,
            sagt,
            gjelder,
            deler,
            utenfor,
            to_keep(leveranse, grunnlag, lest, kontroll),
        ),
    )
    _record(pipeline, leveranse, partisjon, resultat)
    return resultat


def _parts(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    grunnlag: Domsgrunnlag,
    rader_sha256: str,
) -> made_of.Deler:
    return made_of.parts(
        rader=rader_sha256,
        regelsett=grunnlag.versjon,
        unntak=in_force(pipeline, leveranse, partisjon),
    )


def _standing(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, grunnlag: Domsgrunnlag
) -> Dom | None:
    """Return the latest verdict when it is of these very bytes, rules and waivers, else None."""
    siste = last_verdict(pipeline, leveranse, partisjon)
    if siste is None or siste["regelsett"] != grunnlag.versjon:
        return None
    lest = looked_at(pipeline, leveranse, partisjon)
    egne = pipeline.artefacts(said.TRINN, leveranse.stamme, partisjon)
    sagt = siste["resultat"].get("filer", {})
    # One of a version that did not write them is given once more.
    if not sagt or sagt != made_of.sums(egne, sagt) or siste["rader_sha256"] != sum_of(lest):
        return None
    deler = _parts(pipeline, leveranse, partisjon, grunnlag, siste["rader_sha256"])
    if not pipeline.stands(egne, deler):
        return None
    dom = as_entered(siste, grunnlag, lest, in_force(pipeline, leveranse, partisjon))
    if (siste["hvem"], siste["hvem_id"]) != (pipeline.oppsett.bruker, pipeline.bruker_id or None):
        # Who has run the control does not approve, also when it came to the same.
        _record(pipeline, leveranse, partisjon, dom)
    udekket = shutting(dom.brudd, dom.unntak)
    return replace(dom, tidligere_unntak=lapsed(pipeline, leveranse, partisjon, udekket))


def as_entered(
    siste: sa.RowMapping, grunnlag: Domsgrunnlag, lest: Mapping[str, str], gjelder: Sequence[Unntak]
) -> Dom:
    """Return a verdict as the ledger has it, with those of its waivers that are in force."""
    resultat, unntak = siste["resultat"], {u.nr: u for u in gjelder}
    return Dom(
        bestaatt=siste["bestaatt"],
        rader_sha256=siste["rader_sha256"],
        regelsett=siste["regelsett"],
        avgivere=grunnlag.avgivere,
        antall_regler=int(resultat["antall_regler"]),
        fylker=tuple(resultat["fylker"]),
        brudd=tuple(Brudd(**b) for b in resultat["brudd"]),
        unntak=tuple(unntak[nr] for nr in resultat.get("unntak", []) if nr in unntak),
        krympet=tuple(resultat.get("krympet", [])),
        lest=lest,
        filer=resultat.get("filer", {}),
    )


def _shrunk(tabeller: dict[str, pa.Table], kontroll: Kontroll) -> tuple[str, ...]:
    funn = [f["rad"] for f in kontroll.funn.to_pylist() if f["tabell"] == "krympet"]
    return per_school(tabeller["krympet"], funn) if funn else ()


def _demand_recipe(grunnlag: Domsgrunnlag, rader: pa.Table, partisjon: Partisjon) -> None:
    """Refuse rows that were derived by something else than is there now; of old ones nobody knows.

    They would be judged, and published, as made by a contract that they were not made by.
    """
    laget_av = origin(rader.schema).get(OPPSKRIFT, grunnlag.oppskrift.versjon)
    if laget_av != grunnlag.oppskrift.versjon:
        raise MissingInput(
            f"{grunnlag.leveranse.stamme} {partisjon}: kontrakten, SQL-en eller kodeverket er "
            "endret siden radene ble avledet. Avled dem på nytt."
        )


def _broken(
    regler: Sequence[Regel], kontroll: Kontroll, forventninger: Sequence[Forventning]
) -> tuple[Brudd, ...]:
    """Return the broken rules, gravest first; Great Expectations and the counts must agree."""
    brudd = broken(regler, kontroll)
    ikke_oppfylt = {f.regel for f in forventninger if not f.oppfylt}
    alle = {r.id for r in regler}
    if ikke_oppfylt != {b.regel for b in brudd} or len(forventninger) != len(alle):
        raise SuiteFailed("Great Expectations og tellingene er ikke enige. Porten holdes stengt.")
    return brudd


def broken(regler: Iterable[Regel], kontroll: Kontroll) -> tuple[Brudd, ...]:
    """Return the rules that are broken by what was counted, gravest first."""
    oppslag = {r.id: r for r in regler}
    telt: dict[tuple[str, str], dict[str, int]] = {}
    for rad in kontroll.antall.to_pylist():
        telt.setdefault((rad["regel"], rad["alvor"]), {})[rad["fylke"]] = rad["antall"]
    brudd = [
        Brudd(r.id, r.galt, alvor, r.rett, sum(per.values()), per, r.opplyser, r.enhet)
        for r, alvor, per in ((oppslag[id_], alvor, per) for (id_, alvor), per in telt.items())
    ]
    return tuple(sorted(brudd, key=lambda b: (ALVOR.index(b.alvor), -b.antall, b.regel)))


def _record(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, resultat: Dom) -> None:
    with pipeline.engine.begin() as con:
        con.execute(
            sa.insert(tabell).values(
                leveranse=leveranse.stamme,
                skoleaar=partisjon.skoleaar,
                runde=partisjon.runde,
                rader_sha256=resultat.rader_sha256,
                regelsett=resultat.regelsett,
                bestaatt=resultat.bestaatt,
                resultat={
                    "antall_regler": resultat.antall_regler,
                    "fylker": resultat.fylker,
                    "brudd": [asdict(b) for b in resultat.brudd],
                    "unntak": [u.nr for u in resultat.unntak],
                    "krympet": resultat.krympet,
                    "filer": dict(resultat.filer),
                },
                hvem=pipeline.oppsett.bruker,
                hvem_id=pipeline.bruker_id or None,
            )
        )


def latest(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> tuple[Brudd, ...]:
    """Return the rules that the latest verdict says are broken; none when there is no verdict."""
    siste = last_verdict(pipeline, leveranse, partisjon)
    return tuple(Brudd(**b) for b in siste["resultat"]["brudd"]) if siste else ()
