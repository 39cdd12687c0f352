"""Try what somebody has written on the data that is there: a delivery, a collection or a rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from vigo_pipeline.contract.aarshjul import runder, skoleaar
from vigo_pipeline.contract.fault import unknown
from vigo_pipeline.contract.spesifikasjon import STENGER, Innsamling, Leveranse, Regel
from vigo_pipeline.engine.control.control import contradictions
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.judge.trial import try_delivery
from vigo_pipeline.engine.ledger.outputs import latest_round
from vigo_pipeline.engine.partitions import UnknownPartition, check_partition
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.drop import fingerprint
from vigo_pipeline.engine.receive.trial import try_reading
from vigo_pipeline.engine.register import UnknownFlow
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.proeve import text

FEIL, ADVARSEL = 2, 1


@dataclass
class Trial:
    """A trial of something in a round, told a line at a time.

    ``valgt``: the skoleår and the round, blank for the one that was run last. ``antall``: how
    many rows are shown. ``samling``: the only flow that a rule is tried in, blank for all that ask
    it. ``kode``: how it ends, as a run does: 2 when the gate would be shut.
    """

    pipeline: Pipeline
    valgt: Partisjon
    antall: int
    samling: str = ""
    kode: int = 0

    def of(self, hva: str) -> Iterator[str]:
        """Yield what a delivery, a collection or a rule comes to.

        Raises:
            MissingInput: nothing has come or been loaded that it can be tried on.
            UnknownFlow: nothing is called so.
            UnknownPartition: the round is of no flow that it is tried in.
        """
        register = self.pipeline.register
        if self.samling:
            register.flyt(self.samling)
        if hva in register.leveranser:
            return self._delivery(register.leveranser[hva])
        if hva in register.innsamlinger:
            return self._collection(register.innsamlinger[hva])
        steder = [s for s, regler in register.suiter().items() if hva in {r.id for r in regler}]
        if not steder:
            ider = {r.id for regler in register.suiter().values() for r in regler}
            alle = {*register.leveranser, *register.innsamlinger, *ider}
            raise UnknownFlow(unknown("en leveranse, en innsamling eller en regel", hva, alle))
        return self._rule(hva, steder)

    def _delivery(self, lev: Leveranse) -> Iterator[str]:
        proeve = try_delivery(self.pipeline, lev, self._loaded(lev.samling))
        self._ends(text.exit_code(proeve.brudd, aapen=proeve.aapen))
        yield from text.of_delivery(proeve, self.antall)

    def _collection(self, innsamling: Innsamling, regel: str = "") -> Iterator[str]:
        partisjon = self._dropped(innsamling)
        yield f"{innsamling.stamme} {partisjon.skoleaar} {partisjon.runde}:"
        yield from self._reading(innsamling, partisjon, regel)
        yield from self._control(innsamling, partisjon, regel)

    def _reading(
        self, innsamling: Innsamling, partisjon: Partisjon, regel: str = ""
    ) -> Iterator[str]:
        regler = self._rules("innrapportering", innsamling, partisjon, regel)
        mottak = [*try_reading(self.pipeline, innsamling, partisjon, [*regler.values()])]
        for m in mottak:
            self._found({*m.funn["alvor"].to_pylist()})
        yield from text.of_reading(mottak, regler, self.antall)

    def _control(
        self, innsamling: Innsamling, partisjon: Partisjon, regel: str = ""
    ) -> Iterator[str]:
        regler = self._rules("sentralbase", innsamling, partisjon, regel)
        if not regler:
            return
        try:
            treff, _ = contradictions(self.pipeline, innsamling, partisjon)
        except MissingInput:
            yield "  Mot tidligere innsamlinger: ikke prøvd, for runden er ikke lastet."
            return
        if regel:
            treff = treff.filter(pc.equal(treff["regel"], regel))
        self._found({*treff["alvor"].to_pylist()})
        yield from text.of_control(treff, regler, self.antall)

    def _rule(self, id_: str, steder: list[tuple[str, str]]) -> Iterator[str]:
        """Yield what a rule finds wherever it is asked and something has come."""
        register, spurt = self.pipeline.register, 0
        steder = self._chosen(id_, steder)
        gjoer: Mapping[str, Callable[[str], Iterator[str]]] = {
            "leveranser": lambda n: self._rule_of_delivery(id_, register.leveranser[n]),
            "innrapportering": lambda n: self._of_files(id_, register.innsamlinger[n]),
            "sentralbase": lambda n: self._of_base(id_, register.innsamlinger[n]),
        }
        for trinn, stamme in steder:
            try:
                yield from gjoer[trinn](stamme)
            except MissingInput:
                continue
            spurt += 1
        if not spurt:
            hvem = ", ".join(sorted({n for _, n in steder}))
            raise MissingInput(
                f"{id_} spørres av {hvem}, og der er ingenting å prøve på ennå. Kjør en runde "
                "først: vigo kjoer."
            )

    def _chosen(self, id_: str, steder: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return where a rule is asked, of the flow and the round that are given."""
        flyter = {s: self._flow_of(*s) for s in steder}
        i_flyten = [s for s in steder if self.samling in {"", flyter[s]}]
        if not i_flyten:
            kjente = ", ".join(sorted({*flyter.values()}))
            raise UnknownFlow(f"{id_} spørres ikke i {self.samling}, men i {kjente}.")
        runde = self.valgt.runde
        i_runden = [s for s in i_flyten if runde in {"", *runder(flyter[s])}]
        if not i_runden:
            har = (f"{n} ({', '.join(runder(n))})" for n in sorted({flyter[s] for s in i_flyten}))
            raise UnknownPartition(
                f"«{runde}» er ikke en runde der {id_} spørres: {', '.join(har)}."
            )
        return i_runden

    def _flow_of(self, trinn: str, stamme: str) -> str:
        er_leveranse = trinn == "leveranser"
        return self.pipeline.register.leveranser[stamme].samling if er_leveranse else stamme

    def _rule_of_delivery(self, id_: str, lev: Leveranse) -> Iterator[str]:
        proeve = try_delivery(self.pipeline, lev, self._loaded(lev.samling), id_)
        self._ends(text.exit_code(proeve.brudd, aapen=proeve.aapen))
        yield from text.of_rule(proeve, id_, self.antall)

    def _of_files(self, id_: str, innsamling: Innsamling) -> Iterator[str]:
        partisjon = self._run_last(innsamling) or self._dropped(innsamling)
        yield f"{innsamling.stamme} {partisjon.skoleaar} {partisjon.runde}:"
        yield from self._reading(innsamling, partisjon, id_)

    def _of_base(self, id_: str, innsamling: Innsamling) -> Iterator[str]:
        partisjon = self._loaded(innsamling.stamme)
        yield f"{innsamling.stamme} {partisjon.skoleaar} {partisjon.runde}:"
        yield from self._control(innsamling, partisjon, id_)

    def _rules(
        self, trinn: str, innsamling: Innsamling, partisjon: Partisjon, regel: str
    ) -> dict[str, Regel]:
        alle = self.pipeline.register.regler(trinn, innsamling.stamme, partisjon.skoleaar)
        return {r.id: r for r in alle if regel in {"", r.id}}

    def _found(self, alvor: set[str]) -> None:
        if alvor - {"INFO"}:
            self._ends(FEIL if alvor & STENGER else ADVARSEL)

    def _ends(self, kode: int) -> None:
        self.kode = max(self.kode, kode)

    def _loaded(self, samling: str) -> Partisjon:
        """Return the round that is asked for, else the one that was run last."""
        if self.valgt.skoleaar and self.valgt.runde:
            check_partition(self.pipeline, samling, self.valgt)
            return self.valgt
        siste = latest_round(
            self.pipeline.engine, "sentralbase", samling, self.valgt.skoleaar, self.valgt.runde
        )
        if siste is None:
            raise MissingInput(
                f"Ingenting er lastet i {samling}{self._asked}. Kjør en runde først: vigo kjoer "
                f"{samling} --skoleaar … --runde {runder(samling)[0]}."
            )
        return siste

    def _run_last(self, innsamling: Innsamling) -> Partisjon | None:
        """Return the round that was run last, of those asked for, when its files lie there."""
        siste = latest_round(
            self.pipeline.engine,
            *("sentralbase", innsamling.stamme, self.valgt.skoleaar, self.valgt.runde),
        )
        return siste if siste and self._has_files(innsamling, siste) else None

    def _has_files(self, innsamling: Innsamling, p: Partisjon) -> bool:
        hvem = self.pipeline.avgivere(innsamling, p.aar)
        return bool(fingerprint(innsamling, p, hvem, self.pipeline.oppsett))

    def _dropped(self, innsamling: Innsamling) -> Partisjon:
        """Return the round that is asked for, else the latest in which files lie."""
        if self.valgt.skoleaar and self.valgt.runde:
            check_partition(self.pipeline, innsamling.stamme, self.valgt)
            return self.valgt
        for aar in reversed(skoleaar()):
            for runde in reversed(runder(innsamling.stamme)):
                p = Partisjon(aar, runde)
                valgt = self.valgt.skoleaar in {"", aar} and self.valgt.runde in {"", runde}
                if valgt and self._has_files(innsamling, p):
                    return p
        hvor = self.pipeline.oppsett.inn / innsamling.mappe
        raise MissingInput(f"Ingen filer ligger i {hvor}{self._asked}. Legg noen der først.")

    @property
    def _asked(self) -> str:
        valgt = " ".join(v for v in (self.valgt.skoleaar, self.valgt.runde) if v)
        return f" i {valgt}" if valgt else ""
