"""The check as a page on this machine: files are in memory for the request only, and in no log."""

import os
import secrets
from functools import cache
from importlib.resources import files

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from vigo_pipeline.contract.aarshjul import round_name, rounds_due, skoleaar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.nett import tjener
from vigo_pipeline.nett.vern import Innlogging, Vern
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.reports.parts.tilgjengelighet import statement
from vigo_pipeline.sjekk.guess import Valg
from vigo_pipeline.sjekk.nett import arbeid
from vigo_pipeline.sjekk.nett.skjema import MAKS, MEGABYTE, NoForm, Skjema, TooMuch, read
from vigo_pipeline.sjekk.side import TITTEL

EKSEMPLER = {"med-feil.txt": "med feil", "uten-feil.txt": "uten feil"}
CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
INGEN_FIL = "Velg en fil først."


def app(port: int, bak: Innlogging | None = None) -> Starlette:
    """Return the page, as it is served on a port of this machine. ``bak``: a login, if others."""
    return Starlette(
        routes=[
            Route("/", _show, methods=["GET"]),
            Route("/", _check, methods=["POST"]),
            Route("/eksempel/{navn}", _example, methods=["GET"]),
            Route("/tilgjengelighet", _statement, methods=["GET"]),
        ],
        middleware=[Middleware(Vern, port=port, bak=bak)],
    )


def serve(port: int, bak: Innlogging | None = None) -> None:
    """Serve the page until somebody ends it; nothing is logged.

    ``bak``: the login that others come through; without one this machine alone is answered.
    """
    arbeid.prepare()
    tjener.serve(app(port, bak), tjener.ALLE if bak else tjener.VERT, port)


async def _show(_: Request) -> Response:
    return _page({})


async def _check(request: Request) -> Response:
    try:
        skjema = await read(request)
    except TooMuch as feil:
        return _page({"feil": str(feil)}, 413)
    except NoForm as feil:
        return _page({"feil": str(feil)}, 400)
    filer = skjema.filer or _chosen_example(skjema)
    if not filer:
        return _page({"feil": INGEN_FIL}, 400)
    valgt = Valg(**{n: skjema.felt.get(n, "") for n in ("samling", "skoleaar", "runde")})
    svar = await run_in_threadpool(arbeid.answer, filer, valgt)
    return _page(svar, 422 if "feil" in svar else 200, valgt)


@cache
def _choices() -> dict[str, object]:
    """Return what a file can be said to be, by name."""
    alle = sorted((i.tittel, i.stamme) for i in Register.installed().innsamlinger.values())
    runder: dict[str, list[str]] = {}
    for _, stamme in alle:
        for runde in rounds_due(stamme):
            runder.setdefault(runde, []).append(stamme)
    return {
        "samlinger": [(stamme, tittel) for tittel, stamme in alle],
        "rundene": sorted((round_name(r), r, av) for r, av in runder.items()),
        "skoleaarene": list(reversed(skoleaar())),
    }


def _chosen_example(skjema: Skjema) -> dict[str, bytes]:
    navn = skjema.felt.get("eksempel", "")
    return {navn: _read_example(navn)} if navn in EKSEMPLER else {}


def _read_example(navn: str) -> bytes:
    return (files("vigo_pipeline.sjekk.nett") / "eksempler" / navn).read_bytes()


async def _example(request: Request) -> Response:
    navn = request.path_params["navn"]
    if navn not in EKSEMPLER:
        return PlainTextResponse("Det er ingen slik eksempelfil.", 404)
    vedlegg = {"content-disposition": f'attachment; filename="{navn}"'}
    return Response(_read_example(navn), media_type="text/plain", headers=vedlegg)


async def _statement(_: Request) -> Response:
    om = statement(Innstillinger.from_env(os.environ))
    mal = environment().get_template("tilgjengelighet.html.jinja")
    side = mal.render(om, tilbake="Til sjekken")
    return HTMLResponse(side, headers={"content-security-policy": CSP.format(secrets.token_hex())})


def _page(svar: arbeid.Svar, status: int = 200, valgt: Valg | None = None) -> Response:
    engang = secrets.token_urlsafe(16)
    mal = environment().get_template("nett.html.jinja")
    tomt: arbeid.Svar = {"tittel": TITTEL, "feil": "", "kontrollert": None, "engang": engang}
    faste = {"eksempler": EKSEMPLER, "maks": MAKS // MEGABYTE}
    side = mal.render({**tomt, **faste, **_choices(), "valgt": valgt or Valg(), **svar})
    return HTMLResponse(side, status, headers={"content-security-policy": CSP.format(engang)})
