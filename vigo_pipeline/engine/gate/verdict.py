"""The verdict, in the ledger: what the gate said of exactly these bytes under these rules."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import ALVOR, STENGER, Leveranse, Regel
from vigo_pipeline.engine import findings
from vigo_pipeline.engine.derive import promised_schema
from vigo_pipeline.engine.errors import GateShut, MissingInput
from vigo_pipeline.engine.gate.domsgrunnlag import Domsgrunnlag, Ventet, basis_of
from vigo_pipeline.engine.gate.judge import Kontroll, judge
from vigo_pipeline.engine.gate.suite import Forventning, SuiteFailed, validate
from vigo_pipeline.engine.gate.unntak import Unntak, covered, in_force, lapsed
from vigo_pipeline.engine.krymping import per_school
from vigo_pipeline.engine.pipeline import OPPSKRIFT, Pipeline, origin
from vigo_pipeline.engine.sentralbase.tabeller import dom
from vigo_pipeline.engine.store import Partisjon, read_table, sha256


@dataclass(frozen=True)
class Brudd:
    """A rule that is broken: how many rows, per fylke. ``opplyser``: nothing is wrong."""

    regel: str
    galt: str
    alvor: str
    rett: str
    antall: int
    per_fylke: dict[str, int]
    opplyser: bool = False


@dataclass(frozen=True)
class Dom:
    """What the gate said.

    ``bestaatt`` is true when nothing that shuts the gate was found, but for what ``unntak`` covers.
    ``avgivere``: who was expected. ``tidligere_unntak``: in words, waivers that covered what now
    shuts it, and no longer hold.
    ``krympet``: in words, the schools where more are gone within the round than a rule allows.
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

    @property
    def waivers(self) -> list[dict[str, str | int]]:
        """Return the waivers as a manifest shows them."""
        return [asdict(u) | {"gjelder_til": str(u.gjelder_til)} for u in self.unntak]


def checked_bytes(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> str:
    """Return one sha256 over everything the gate looks at for a delivery.

    Raises:
        MissingInput: the delivery, or what it is judged together with, has not been derived.
    """
    samlet = hashlib.sha256()
    for navn, sti in _inputs(pipeline, leveranse, partisjon).items():
        read_table(sti, navn) if not sti.exists() else None
        samlet.update(f"{navn}={sha256(sti)}\n".encode())
    return samlet.hexdigest()


def _inputs(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> dict[str, Path]:
    egen = pipeline.folder("leveranser", leveranse.stamme, partisjon)
    samling = pipeline.folder("sentralbase", leveranse.samling, partisjon)
    return {
        leveranse.stamme: egen / "rader.parquet",
        **{
            n: pipeline.folder("leveranser", n, partisjon) / "rader.parquet"
            for n in leveranse.sammen_med
        },
        "regnskap": egen / "regnskap.parquet",
        "regnskap_inn": samling / "regnskap_inn.parquet",
        "mottak": samling / "mottak.parquet",
        **_earlier(pipeline, leveranse, partisjon),
    }


def _earlier(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> dict[str, Path]:
    """Return the rows of earlier deliveries that a delivery is held against, when there are any."""
    mulige = {
        "i_fjor": pipeline.i_fjor(leveranse, partisjon),
        "forrige_runde": pipeline.forrige(leveranse, partisjon),
    }
    ut = {navn: mappe / "rader.parquet" for navn, mappe in mulige.items() if mappe}
    # A round that an earlier version loaded has not looked for who is gone.
    krympet = pipeline.folder("sentralbase", leveranse.samling, partisjon) / "krympet.parquet"
    return ut | ({"krympet": krympet} if krympet.exists() else {})


def who(leveranse: Leveranse) -> list[str]:
    """Return the columns of the round before that a delivery is held against: who was where.

    Not all of them: a national delivery once more is much memory.
    """
    lovet = {*promised_schema(leveranse).names}
    return ["rad", *leveranse.noekkel, *({"avgiverfylke", "elevnavn"} & lovet)]


def _tables(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> dict[str, pa.Table]:
    return {
        navn: read_table(sti, navn, who(leveranse) if navn == "forrige_runde" else None)
        for navn, sti in _inputs(pipeline, leveranse, partisjon).items()
    }


def pass_judgement(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    """Judge a delivery with DuckDB and Great Expectations, and write the verdict to the ledger.

    Raises:
        MissingInput: the delivery has not been derived, or by another contract or SQL than now.
        RuleFailed: a rule's SQL cannot be run; no verdict is written.
        SuiteFailed: Great Expectations raised, or disagrees with the counts; no verdict is written.
    """
    grunnlag = basis_of(pipeline, leveranse, partisjon)
    regler = grunnlag.regler
    rader_sha256 = checked_bytes(pipeline, leveranse, partisjon)
    tabeller = _tables(pipeline, leveranse, partisjon)
    _demand_recipe(grunnlag, tabeller[leveranse.stamme], partisjon)
    kontroll = judge(grunnlag, tabeller)
    forventninger = validate(regler, kontroll)
    brudd = _broken(regler, kontroll, forventninger)
    dekket, brukt = covered(brudd, in_force(pipeline, leveranse, partisjon))
    udekket = [b for b in brudd if b.alvor in STENGER and b.regel not in dekket]
    resultat = Dom(
        bestaatt=not udekket,
        rader_sha256=rader_sha256,
        regelsett=grunnlag.versjon,
        avgivere=grunnlag.avgivere,
        antall_regler=len(regler),
        fylker=kontroll.fylker,
        brudd=brudd,
        unntak=brukt,
        tidligere_unntak=lapsed(pipeline, leveranse, partisjon, udekket),
        krympet=_shrunk(tabeller, kontroll),
    )
    steder = {"rader": tabeller[leveranse.stamme]} | kontroll.makro
    steder |= {n: tabeller[n] for n in ("forrige_runde", "krympet") if n in tabeller}
    findings.write_judged(pipeline.oppsett, partisjon, leveranse, regler, steder, kontroll.funn)
    _record(pipeline, leveranse, partisjon, resultat)
    return resultat


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
    regler: Iterable[Regel], kontroll: Kontroll, forventninger: list[Forventning]
) -> tuple[Brudd, ...]:
    """Return the broken rules, gravest first; Great Expectations and the counts must agree."""
    oppslag = {r.id: r for r in regler}
    telt: dict[tuple[str, str], dict[str, int]] = {}
    for rad in kontroll.antall.to_pylist():
        telt.setdefault((rad["regel"], rad["alvor"]), {})[rad["fylke"]] = rad["antall"]
    ikke_oppfylt = {f.regel for f in forventninger if not f.oppfylt}
    if ikke_oppfylt != {regel for regel, _ in telt} or len(forventninger) != len(oppslag):
        raise SuiteFailed("Great Expectations og tellingene er ikke enige. Porten holdes stengt.")
    brudd = [
        Brudd(r.id, r.galt, alvor, r.rett, sum(per.values()), per, r.opplyser)
        for r, alvor, per in ((oppslag[id_], alvor, per) for (id_, alvor), per in telt.items())
    ]
    return tuple(sorted(brudd, key=lambda b: (ALVOR.index(b.alvor), -b.antall, b.regel)))


def _record(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, resultat: Dom) -> None:
    with pipeline.engine.begin() as con:
        con.execute(
            sa.insert(dom).values(
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
                },
                hvem=pipeline.oppsett.bruker,
                hvem_id=pipeline.bruker_id or None,
            )
        )


def demand_passing(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    """Return the passing verdict for exactly the rows and rules of now.

    Deliveries that are judged together go together: each must have passed.

    Raises:
        GateShut: there is no verdict, it is of other rows or rules, or it did not pass.
        MissingInput: the delivery has not been derived.
    """
    for navn in leveranse.sammen_med:
        _demand_one(pipeline, pipeline.register.leveranse(navn), partisjon)
    return _demand_one(pipeline, leveranse, partisjon)


def latest(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> tuple[Brudd, ...]:
    """Return the rules that the latest verdict says are broken; none when there is no verdict."""
    siste = _last(pipeline, leveranse, partisjon)
    return tuple(Brudd(**b) for b in siste["resultat"]["brudd"]) if siste else ()


def _last(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> sa.RowMapping | None:
    with pipeline.engine.connect() as con:
        query = (
            sa.select(dom.c.rader_sha256, dom.c.regelsett, dom.c.bestaatt, dom.c.resultat)
            .where(
                dom.c.leveranse == leveranse.stamme,
                dom.c.skoleaar == partisjon.skoleaar,
                dom.c.runde == partisjon.runde,
            )
            .order_by(dom.c.nr.desc())
        )
        return con.execute(query.limit(1)).mappings().first()


def _demand_one(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    rader_sha256 = checked_bytes(pipeline, leveranse, partisjon)
    grunnlag = basis_of(pipeline, leveranse, partisjon)
    regelsett = grunnlag.versjon
    siste = _last(pipeline, leveranse, partisjon)
    navn = f"{leveranse.stamme} {partisjon}"
    if siste is None:
        raise GateShut(f"{navn}: leveransen er ikke kontrollert. Kjør kontrollen først.")
    if (siste["rader_sha256"], siste["regelsett"]) != (rader_sha256, regelsett):
        raise GateShut(
            f"{navn}: rader eller regler er endret siden kontrollen. Kjør kontrollen på nytt."
        )
    brudd = tuple(Brudd(**b) for b in siste["resultat"]["brudd"])
    unntak = {u.nr: u for u in in_force(pipeline, leveranse, partisjon)}
    brukt = siste["resultat"].get("unntak", [])
    if borte := [str(nr) for nr in brukt if nr not in unntak]:
        raise GateShut(
            f"{navn}: unntak nr. {', '.join(borte)} er utløpt eller trukket. "
            "Rett feilene, eller be om nytt unntak, og kjør kontrollen på nytt."
        )
    if not siste["bestaatt"]:
        stenger = ", ".join(b.regel for b in brudd if b.alvor in STENGER)
        raise GateShut(f"{navn}: porten er stengt av {stenger}. Rett feilene og kjør på nytt.")
    return Dom(
        bestaatt=True,
        rader_sha256=rader_sha256,
        regelsett=regelsett,
        avgivere=grunnlag.avgivere,
        antall_regler=int(siste["resultat"]["antall_regler"]),
        fylker=tuple(siste["resultat"]["fylker"]),
        brudd=brudd,
        unntak=tuple(unntak[nr] for nr in brukt),
    )
