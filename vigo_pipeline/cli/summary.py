"""Say in plain bokmål what a run delivered, what the gate found and where to look."""

import pyarrow.compute as pc

from vigo_pipeline.contract.enhet import amount, number
from vigo_pipeline.contract.spesifikasjon import STENGER
from vigo_pipeline.engine.control.control import Motsigelser
from vigo_pipeline.engine.receive.misplaced import told
from vigo_pipeline.engine.receive.receive import Mottak
from vigo_pipeline.engine.send.status import stands
from vigo_pipeline.reports.mottakersyn.report import conclusion
from vigo_pipeline.reports.parts.left_out import left_out
from vigo_pipeline.run import RECEIVE, Kjoering, Utfall

# So many places are told of where they are not what was asked about.
HOEYST = 10


def summarize(kjoering: Kjoering) -> str:
    """Return the text a user sees at the end of a run: counts only, no person."""
    p = kjoering.partisjon
    linjer = [
        f"Flyt {kjoering.flyt}, skoleår {p.skoleaar}, runde {p.runde}",
        "",
        *_received(kjoering.mottak),
        *_read_first(kjoering),
        *_unchanged(kjoering),
        *_nobody_reads(told(kjoering.feillagt)),
    ]
    linjer += _contradictions(kjoering.motsigelser)
    for utfall in kjoering.utfall:
        linjer += ["", *_outcome(utfall)]
    r = kjoering.rapporter
    linjer += ["", f"Kontrollrapport per skole og fylke (begrenset tilgang): {r.begrenset}"]
    linjer.append(r.utlevering)
    linjer.append(f"Kontrollrapport for alle, uten personer: {r.side}")
    return "\n".join(linjer)


def _read_first(kjoering: Kjoering) -> list[str]:
    if not kjoering.lest_foerst:
        return []
    return [f"Lest først, for filer lå der ulest: {', '.join(kjoering.lest_foerst)}."]


def _unchanged(kjoering: Kjoering) -> list[str]:
    """Say what was not made again, since nothing that decides it was another."""
    if not kjoering.uendret:
        return []
    lest = sum(hva.startswith(f"{RECEIVE.navn}/") for hva in kjoering.uendret)
    andre = [hva for hva in kjoering.uendret if not hva.startswith(f"{RECEIVE.navn}/")]
    filene = [f"filene fra {lest} av {len(kjoering.mottak)} avgivere"] if lest else []
    return [f"Uendret siden sist, og ikke laget på nytt: {', '.join([*filene, *andre])}."]


def _contradictions(motsigelser: Motsigelser) -> list[str]:
    if not motsigelser.regler:
        return []
    antall = {r.id: 0 for r in motsigelser.regler}
    for rad in motsigelser.antall.to_pylist():
        antall[rad["regel"]] += rad["antall"]
    linjer = ["", f"Mot tidligere innsamlinger: {amount(len(antall), 'regel')} kontrollert."]
    return linjer + [
        f"  {r.alvor} {r.id}  {amount(antall[r.id], r.enhet)}: {r.galt}. {r.rett}"
        for r in motsigelser.regler
        if antall[r.id]
    ]


def _received(mottak: list[Mottak]) -> list[str]:
    filer = sum(m.filer.num_rows for m in mottak)
    godtatt = sum(m.godtatt for m in mottak)
    linjer = [
        f"Mottatt: {amount(filer, 'fil')} fra {amount(len(mottak), 'avgiver')}, "
        f"{number(godtatt)} godtatt, {filer - godtatt} avvist."
    ]
    for m in mottak:
        if not m.filer.num_rows and not m.ingen_endringer:
            linjer.append(f"  {m.avgiver}: ingen filer.")
        elif m.godtatt < m.filer.num_rows:
            regler = pc.unique(
                m.funn.filter(pc.is_in(m.funn["alvor"], pc.cast(sorted(STENGER), "string")))[
                    "regel"
                ]
            )
            linjer.append(
                f"  {m.avgiver}: {amount(m.filer.num_rows - m.godtatt, 'fil')} avvist "
                f"({', '.join(sorted(regler.to_pylist()))})."
            )
    utelatt = sum(
        f["post"] == "mappe" and f["alvor"] == "INFO"
        for m in mottak
        for f in m.funn.select(["post", "alvor"]).to_pylist()
    )
    if utelatt:
        linjer.append(
            f"  {amount(utelatt, 'fil')} i mappene er ikke lest: navnene er ikke leveransers."
        )
    return linjer


def _nobody_reads(steder: list[str]) -> list[str]:
    if not steder:
        return []
    resten = len(steder) - HOEYST
    til = [f"  … og {amount(resten, 'sted')} til: vigo status"] if resten > 0 else []
    return ["Filer som ingen leser:", *(f"  {s}" for s in steder[:HOEYST]), *til]


def _outcome(utfall: Utfall) -> list[str]:
    rader, utelatt = (sum(utfall.regnskap[n].to_pylist()) for n in ("ut", "utelatt"))
    hvorav = f"{number(utelatt)} utelatt{':' if utelatt else '.'}"
    linjer = [f"{utfall.stamme}: {amount(rader)}, {hvorav}"]
    linjer += [f"    {grunn}" for grunn in left_out(utfall.regnskap, utfall.utelatt)]
    port = "åpen" if utfall.dom.bestaatt else "STENGT"
    linjer.append(f"  Porten er {port}: {amount(utfall.dom.antall_regler, 'regel')} kontrollert.")
    linjer += _left_out(utfall)
    for b in utfall.dom.brudd:
        linjer.append(f"  {b.alvor:<8} {b.regel}  {amount(b.antall, b.enhet)}: {b.galt}. {b.rett}")
    linjer += [f"           {tekst}" for tekst in utfall.dom.krympet]
    linjer += [f"  {tekst}" for tekst in utfall.dom.tidligere_unntak]
    if utfall.mottaker is not None:
        linjer.append(f"  {conclusion(utfall.mottaker.syn)} Rapport: {utfall.mottaker.side}")
    if utfall.publisert is not None:
        ny = "Publisert" if utfall.publisert.ny else "Uendret siden forrige publisering"
        m = utfall.publisert.manifest
        linjer.append(f"  {ny}, leveranse nr. {m.nr} til {m.til}: {utfall.publisert.mappe / m.fil}")
    elif utfall.dom.bestaatt:
        linjer.append(
            "  Holdt tilbake: den leveres sammen med en leveranse som porten har stoppet."
        )
    if utfall.publisert is None and utfall.staar_nr is not None:
        linjer.append(f"  {stands(utfall.staar_nr)}")
    return linjer


def _left_out(utfall: Utfall) -> list[str]:
    """Say when the installation expects fewer avgivere than the collection has."""
    ventet, utelatt = utfall.dom.avgivere.ventet, utfall.dom.avgivere.utelatt
    if not utelatt:
        return []
    return [
        f"  Ventet fra {len(ventet)} av {len(ventet) + len(utelatt)} avgivere (VIGO_AVGIVERE). "
        f"Ikke ventet: {', '.join(utelatt)}."
    ]
