"""The door as a page: who is logged in sees what they may fetch, and each fetch is entered."""

import time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.database.server import DatabaseUnreachable
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.innsyn.dokument import HENT, Dokument, NoSuchDocument, documents
from vigo_pipeline.engine.innsyn.leser import Leser, reader
from vigo_pipeline.engine.innsyn.uthenting import SIDE, Henter, hand_out, refuse
from vigo_pipeline.engine.ledger.seal import SealRefused
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.nett import tjener
from vigo_pipeline.nett.liste import rounds
from vigo_pipeline.nett.vern import Innlogging, NoLogin, Vern, address
from vigo_pipeline.reports.parts.script import sorting
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.reports.parts.tilgjengelighet import statement

CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
CSP += "frame-ancestors 'none'"
# A report's own script, and no other: it sorts tables.
CSP_RAPPORT = f"{CSP}; script-src '{sorting().avtrykk}'"
TYPER = {".html": "text/html", ".csv": "text/csv"}
TYPER |= {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# Whoever is refused again and again from one place is entered once in so many seconds.
MELLOM = 60
IKKE_LESER = (
    "Du er logget inn som «{}», men har ikke fått tilgang til noen rapporter. Spør den som driver "
    "VIGO hos dere."
)
IKKE_DIN = "Du har ikke tilgang til denne rapporten. At du ba om den, er ført."
IKKE_FOERT = (
    "Rapporten blir ikke delt ut nå, for det kan ikke føres hvem som henter den. Prøv igjen om "
    "litt; varer det, si fra til den som driver VIGO hos dere."
)
STENGT = "Sida kan ikke brukes nå. Si fra til den som driver VIGO hos dere."
UTENFRA = (
    "Du kom hit fra en lenke et annet sted. Åpne rapporten selv, så ingen andre kan få det til å "
    "se ut som om du har hentet den."
)


def demand_door(oppsett: Innstillinger, adresse: str) -> Innlogging:
    """Return the login that the door is behind.

    Raises:
        NoLogin: it has none, nothing says where it comes from, or nobody is named as a reader.
        WrongSpec: the file of readers cannot be used.
    """
    adresse = adresse or oppsett.rapport_adresse or ""
    bak = Innlogging.demand(adresse, oppsett.innlogget, oppsett.innlogget_fra)
    if not bak.fra or oppsett.lesere is None:
        raise NoLogin(
            "Rapporter med personer deles ut bak en innlogging bare: sett VIGO_INNLOGGET_FRA til "
            "adressen innloggingen kommer fra, og VIGO_LESERE til fila som sier hvem som kan hente "
            "hva."
        )
    reader(oppsett.lesere, "")
    return bak


def serve(pipeline: Pipeline, port: int, bak: Innlogging) -> None:
    """Serve the page until somebody ends it. ``bak``: of ``demand_door``."""
    tjener.serve(app(pipeline, port, bak), tjener.ALLE, port)


def app(pipeline: Pipeline, port: int, bak: Innlogging) -> Starlette:
    """Return the page, as it is served on a port of this machine."""
    inngang = _Door(pipeline, bak)
    return Starlette(
        routes=[
            Route("/", inngang.front, methods=["GET"]),
            Route(f"{HENT}{{sti:path}}", inngang.fetch, methods=["GET"]),
            Route("/tilgjengelighet", inngang.statement, methods=["GET"]),
        ],
        middleware=[Middleware(Vern, port=port, bak=bak, nektet=inngang.turned_away)],
    )


class _Door:
    def __init__(self, pipeline: Pipeline, bak: Innlogging) -> None:
        self._pipeline, self._bak = pipeline, bak
        self._sist: dict[tuple[str, str], float] = {}

    def front(self, request: Request) -> Response:
        """Show what the one who is logged in may fetch."""
        henter = self._who(request.scope)
        try:
            leser = self._reader(henter)
            if leser:
                self._pipeline.bring_first("utlevering")
        except (SQLAlchemyError, VigoError, WrongSpec) as feil:
            self._lost("Lista ble ikke vist", feil)
            return _said(STENGT, 503)
        if leser is None:
            return _said(IKKE_LESER.format(mask(henter.hvem)), 403)
        egne = filter(leser.may, documents(self._pipeline.oppsett))
        return _page(_written(hvem=mask(henter.hvem), runder=rounds(egne)))

    def fetch(self, request: Request) -> Response:
        """Give a report to the one who is logged in, when it is entered."""
        henter = self._who(request.scope)
        if request.method != "GET":
            return _said("Rapporten hentes som den er, eller ikke i det hele tatt.", 405)
        try:
            dokument = Dokument.of(request.path_params["sti"])
            if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
                return _said(UTENFRA, lenke=dokument.sti)
            leser = self._reader(henter)
            if leser is None or not leser.may(dokument):
                self._enter_refusal(dokument, henter, "Har ikke tilgang.")
                return _said(IKKE_DIN, 403)
            self._pipeline.follow(self._pipeline.oppsett.begrenset / dokument.sti)
            innhold = hand_out(self._pipeline, dokument, henter)
        except NoSuchDocument:
            return _said("Det er ingen slik rapport.", 404)
        except (SQLAlchemyError, VigoError, WrongSpec) as feil:
            # Nothing is given. Only that nobody can be entered is for the reader to know.
            self._lost("En rapport ble ikke delt ut", feil)
            ufoert = isinstance(feil, SQLAlchemyError | SealRefused | DatabaseUnreachable)
            return _said(IKKE_FOERT if ufoert else STENGT, 503)
        return _document(dokument, innhold)

    def statement(self, _: Request) -> Response:
        """Show the accessibility statement."""
        om = statement(self._pipeline.oppsett)
        mal = environment().get_template("tilgjengelighet.html.jinja")
        return _page(mal.render(om, tilbake="Til rapportene"))

    def turned_away(self, scope: Scope) -> None:
        """Enter that somebody came otherwise than by the login, and said to be let in."""
        sagt = self._bak.who(Headers(scope=scope))
        if not sagt and not scope["path"].startswith(HENT):
            return
        try:
            dokument = Dokument.of(scope["path"].removeprefix(HENT))
        except NoSuchDocument:
            dokument = Dokument("", "")
        hvem = Henter("ukjent", vei=SIDE, fra=address(scope))
        grunn = f"Ikke fra innloggingen. Utga seg for «{sagt}»." if sagt else "Ikke innlogget."
        try:
            self._enter_refusal(dokument, hvem, grunn)
        except (SQLAlchemyError, VigoError) as feil:
            # It is refused all the same.
            self._lost("En avvisning ble ikke ført", feil)

    def _lost(self, hva: str, feil: Exception) -> None:
        """Tell who serves the page, and let the next who asks connect anew."""
        self._pipeline.logg(f"{hva} ({type(feil).__name__}).")
        # The embedded server comes back at another address.
        if engine := vars(self._pipeline).pop("engine", None):
            engine.dispose()

    def _enter_refusal(self, dokument: Dokument, henter: Henter, grunn: str) -> None:
        hvor, naa = (henter.fra, henter.hvem), time.monotonic()
        self._sist = {h: n for h, n in self._sist.items() if naa - n < MELLOM}
        if hvor not in self._sist:
            refuse(self._pipeline, dokument, henter, grunn)
            self._sist[hvor] = naa

    def _who(self, scope: Scope) -> Henter:
        hoder, id_ = Headers(scope=scope), self._pipeline.oppsett.innlogget_id
        egen = hoder.get(id_.lower(), "").strip() if id_ else ""
        return Henter(self._bak.who(hoder), egen, SIDE, address(scope))

    def _reader(self, henter: Henter) -> Leser | None:
        lesere: Path | None = self._pipeline.oppsett.lesere
        return reader(lesere, henter.hvem) if lesere else None


def _document(dokument: Dokument, innhold: bytes) -> Response:
    _, _, navn = dokument.sti.rpartition("/")
    endelse = navn[navn.rindex(".") :]
    vises = "inline" if endelse == ".html" else "attachment"
    hoder = {
        "content-disposition": f'{vises}; filename="{navn}"',
        "content-security-policy": CSP_RAPPORT,
    }
    return Response(innhold, media_type=TYPER[endelse], headers=hoder)


def _said(feil: str, status: int = 200, lenke: str = "") -> Response:
    return _page(_written(feil=feil, lenke=lenke), status)


def _written(**egne: object) -> str:
    tomt = {"hvem": "", "runder": (), "hent": HENT, "feil": "", "lenke": ""}
    return environment().get_template("rapporter.html.jinja").render(tomt | egne)


def _page(side: str, status: int = 200) -> Response:
    return HTMLResponse(side, status, headers={"content-security-policy": CSP})
