"""What VIGO Inntak tells of wishes for school, and VIGO OT of who is tilmeldt: $SO and $OT."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigo_pipeline.domain.retthistorie import oldest_in_ot
from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.formidling import applicant_posts
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.laereloep import ALDRI
from vigo_pipeline.syntetisk.laereposter import contract_days
from vigo_pipeline.syntetisk.lodd import Heltall, mix, share
from vigo_pipeline.syntetisk.poster import Blokk, pick
from vigo_pipeline.syntetisk.skoleaaret import Aaret
from vigo_pipeline.syntetisk.ungdom import VOKSNE, gone
from vigo_pipeline.syntetisk.ungdomsplan import ungdomsplan

Poster = tuple[Heltall, dict[str, list[Blokk]]]
Tekst = npt.NDArray[np.str_]
UKJENT, LAERLING = "OTUK", "OTLL"
# SYNTETISK: the real units are not known, and no unit of the code list has this number.
OT_ENHET = "299"
UBEHANDLET, INNTATT, UAKTUELT = "3", "18", "78"
# What an outcome of the intake looks like on the wish; the waiting list has several.
STATUS = {"ikke_moett": INNTATT, "august": INNTATT, "venteliste_nei": "60", "nei": "57"}


def wishes_in_march(aaret: Aaret, avgiver: str, dag: int, andel: float) -> Poster:
    """Return every wish before the intake."""
    return _wishes(aaret, avgiver, dag, andel, avgjort=False)


def wishes_in_july(aaret: Aaret, avgiver: str, dag: int, andel: float) -> Poster:
    """Return every wish after the first intake."""
    return _wishes(aaret, avgiver, dag, andel, avgjort=True)


def _wishes(aaret: Aaret, avgiver: str, dag: int, andel: float, *, avgjort: bool) -> Poster:
    plan, v = aaret.v.plan, aaret.v
    rader, skole, status = _applicants(aaret, avgiver)
    fnr = plan.fnr.take(pa.array(rader))
    # A person with two elevkurs has one first wish.
    foerste = np.sort(np.unique(fnr.to_numpy(zero_copy_only=False), return_index=True)[1])
    rader, skole, status = rader[foerste], skole[foerste], status[foerste]
    koder = pa.array([p.kode for p in v.grunnlag.programomraader])
    numre = pa.array([s.skolenr for s in plan.skoler])
    blokk: Blokk = {
        "skoleaar": v.kalender.aar.compact,
        "avgiverfylke": avgiver,
        "fnr": plan.fnr.take(pa.array(rader)),
        "oenskenr": "1",
        "skolenr": numre.take(pa.array(skole)),
        "programomraadekode": koder.take(pa.array(plan.programomraade[rader])),
        "oenskestatus": pa.array(status if avgjort else np.full(len(rader), UBEHANDLET)),
        "hjemstedsfylke": avgiver,
    }
    to = share(mix(v.seed, rader, "to oensker")) < ungdomsplan().soeker.to_oensker
    andre: Blokk = blokk | {
        "oenskenr": "2",
        "oenskestatus": pa.array(
            np.where(status == INNTATT, UAKTUELT, "64")
            if avgjort
            else np.full(len(rader), UBEHANDLET)
        ),
    }
    personer, laere = applicant_posts(aaret, avgiver, dag, andel)
    blokker = {"soker_skole": [blokk, pick(andre, np.flatnonzero(to))]} | laere
    return np.concatenate([rader, personer]), blokker


def _applicants(aaret: Aaret, avgiver: str) -> tuple[Heltall, Heltall, Tekst]:
    """Return the plan's rows of who seeks a place in a fylke's schools, the school, the status."""
    plan, soekere = aaret.v.plan, aaret.soekere
    voksne = [slag_nr()[n] for n in VOKSNE]
    liste = np.array(ungdomsplan().soeker.venteliste)
    rader, skole, status = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, "U2")]

    def add(nye: Heltall, k: int, blir: Tekst) -> None:
        rader.append(nye)
        skole.append(np.full(len(nye), k))
        status.append(blir)

    for k, s in enumerate(plan.skoler):
        if s.avgiver != avgiver or s.type != "vgs":
            continue
        egne = np.arange(plan.grenser[k], plan.grenser[k + 1] - plan.reserve[k])
        egne = egne[~np.isin(plan.slag[egne], voksne)]
        add(egne, k, np.full(len(egne), INNTATT))
        for utfall, blir in STATUS.items():
            add(soekere.of(k, utfall), k, np.full(len(soekere.of(k, utfall)), blir))
        venter = soekere.of(k, "venteliste")
        add(venter, k, liste[np.arange(len(venter)) % len(liste)])
    return np.concatenate(rader), np.concatenate(skole), np.concatenate(status)


def follow_up_posts(aaret: Aaret, avgiver: str, dag: int, andel: float) -> Poster:
    """Return who is tilmeldt OT by a day, with the status of that day."""
    ot, seed, aar = ungdomsplan().ot, aaret.v.seed, aaret.v.kalender.aar
    borte = gone(aaret, avgiver, andel)
    lodd = {
        n: share(mix(seed, borte.fnr, "ot", n)) for n in ("tilmeldt", "dag", "status", "aarsak")
    }
    tilmeldt = aaret.day(ot.dag) + (lodd["dag"] * ot.spredning).astype(np.int64)
    i_laere, ute_av_laere = contract_days(aaret, borte.fnr, andel)
    # Who is broken off is told of when the contracts of the next month are; who has one is not.
    slutter = ute_av_laere < ALDRI
    tilmeldt = np.where(slutter, np.maximum(tilmeldt, _next_month(aaret, ute_av_laere)), tilmeldt)
    i_laere = np.where(slutter, ALDRI, i_laere)
    # Nobody who is too old on the last counting day, by the law of that day.
    i_alder = borte.foedt >= oldest_in_ot(aar.slutt_dato)
    hentes = borte.utenfor & i_alder & (i_laere > tilmeldt)
    blir = lodd["tilmeldt"] < ot.tilmeldt
    fra_hoesten = np.flatnonzero(hentes & ~slutter)
    if len(fra_hoesten) and not blir[fra_hoesten].any():
        # In a tiny nation: a fylke that has told of nobody cannot say that nothing has changed.
        blir[fra_hoesten[np.argmin(lodd["tilmeldt"][fra_hoesten])]] = True
    med = np.flatnonzero(hentes & blir & (tilmeldt <= dag))
    # Somebody whom OT has not met yet has the first code, whatever it will come to.
    moett = np.minimum(tilmeldt + 7, i_laere)
    status = np.where(moett > dag, UKJENT, _drawn(ot.statuser, ot.andeler, lodd["status"]))
    status = np.where(i_laere <= dag, LAERLING, status)
    siden = np.where(status == UKJENT, tilmeldt, moett)
    siden = np.where(status == LAERLING, i_laere, siden)
    blokk: Blokk = {
        "skoleaar": aar.compact,
        "avgiverfylke": avgiver,
        "fnr": personnummer.as_text(borte.fnr),
        "ot_enhet": f"{avgiver}{OT_ENHET}",
        "tilmeldingsaarsak": pa.array(_drawn(ot.aarsaker, ot.aarsaksandeler, lodd["aarsak"])),
        "tilmeldt_dato": aaret.text(tilmeldt),
        "ot_status": pa.array(status),
        "ot_status_dato": aaret.text(siden),
        "kontakt_dato": pa.array(np.where(status == UKJENT, "", aaret.text(moett))),
        "programomraadekode": pa.array(borte.programomraade),
        "skolenr": pa.array(borte.skolenr),
    }
    return borte.fnr[med], {"ot_ungdom": [pick(blokk, med)]}


def _next_month(aaret: Aaret, dager: Heltall) -> Heltall:
    """Return the day number of the first of the month after; ALDRI stays what it is."""
    start = np.datetime64(aaret.v.kalender.aar.start_dato)
    kjent = np.where(dager < ALDRI, dager, 1)
    neste = (start + (kjent - 1)).astype("datetime64[M]") + 1
    ut: Heltall = (neste.astype("datetime64[D]") - start).astype(np.int64) + 1
    return np.where(dager < ALDRI, ut, ALDRI)


def _drawn(
    koder: tuple[str, ...], andeler: tuple[float, ...], lodd: npt.NDArray[np.float64]
) -> Tekst:
    plass = np.searchsorted(np.cumsum(andeler) / sum(andeler), lodd, side="right")
    ut: Tekst = np.array(koder)[np.minimum(plass, len(koder) - 1)]
    return ut
