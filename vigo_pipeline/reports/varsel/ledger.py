"""The ledger of what is told: each is entered before it is sent, so it goes out once at most."""

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from vigo_pipeline.engine.database.tables import varsel
from vigo_pipeline.engine.ledger.former_names import known_as
from vigo_pipeline.reports.varsel.alert import Varsel

PAABEGYNT, SENDT, IKKE_TATT = "paabegynt", "sendt", "ikke tatt"
Noekkel = Mapping[str, object]


def key(v: Varsel, kanal: str) -> dict[str, object]:
    """Return what an alert is known by. A deadline that is moved is another."""
    return {
        "flyt": v.frist.hendelse.flyt,
        "skoleaar": v.partisjon.skoleaar,
        "runde": v.partisjon.runde,
        "frist": v.frist.dato,
        "terskel": v.terskel,
        "mottaker": v.mottaker,
        "kanal": kanal,
    }


def identity(noekkel: Noekkel) -> str:
    """Return a text of the key, for a receiver that wants to know the same message again."""
    return hashlib.sha256("|".join(map(str, noekkel.values())).encode()).hexdigest()[:32]


class Bok:
    """One table of what is told, an alert or a digest in a channel.

    ``med``: what each row says beside the key.
    """

    def __init__(self, engine: sa.Engine, tabell: sa.Table = varsel, **med: object) -> None:
        """Take the table: that of the alerts, when none is given."""
        self.engine, self.tabell, self.med = engine, tabell, med

    def claim(self, noekkel: Noekkel) -> str | None:
        """Enter it as begun; return the state it stands in when somebody has done so before.

        Of two that begin at once the index lets one through.
        """
        with self.engine.begin() as con:
            siste = self._last(con, noekkel)
            if siste is not None and siste.tilstand != IKKE_TATT:
                return str(siste.tilstand)
            forsoek = 1 if siste is None else siste.forsoek + 1
            ny = con.execute(
                insert(self.tabell)
                .values(**noekkel, **self.med, forsoek=forsoek, tilstand=PAABEGYNT)
                .on_conflict_do_nothing()
                .returning(self.tabell.c.nr)
            )
            return None if ny.first() is not None else PAABEGYNT

    def confirm(self, noekkel: Noekkel) -> None:
        """Note that it was taken by the other side."""
        self._enter(noekkel, SENDT)

    def release(self, noekkel: Noekkel) -> None:
        """Let what was surely not taken be tried again."""
        self._enter(noekkel, IKKE_TATT)

    def _enter(self, noekkel: Noekkel, tilstand: str) -> None:
        """Add what came of the attempt that was begun last."""
        with self.engine.begin() as con:
            siste = self._last(con, noekkel)
            if siste is not None and siste.tilstand == PAABEGYNT:
                rad = {**noekkel, **self.med, "forsoek": siste.forsoek, "tilstand": tilstand}
                con.execute(sa.insert(self.tabell).values(**rad))

    def _last(self, con: sa.Connection, noekkel: Noekkel) -> sa.Row[Any, Any] | None:
        t = self.tabell.c
        like = [t[navn] == verdi for navn, verdi in noekkel.items() if navn != "flyt"]
        if "flyt" in noekkel:
            like.append(t.flyt.in_(known_as(str(noekkel["flyt"]))))
        query = sa.select(t.forsoek, t.tilstand).where(*like).order_by(t.nr.desc())
        return con.execute(query.limit(1)).first()
