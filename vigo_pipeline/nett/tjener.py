"""How a page of ours is served: nothing is logged, and no request says where it comes from."""

import uvicorn
from starlette.types import ASGIApp

# Others come through the login, which may be on another machine or in a container of its own.
VERT, ALLE = "127.0.0.1", "0.0.0.0"  # noqa: S104


def configured(app: ASGIApp, vert: str, port: int) -> uvicorn.Config:
    """Return how a page is served at an address of this machine."""
    return uvicorn.Config(
        app,
        host=vert,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        # Else X-Forwarded-For, which anybody on this machine can write, would be its address.
        proxy_headers=False,
        # Who sends slowly does not keep a place for ever.
        timeout_keep_alive=5,
        limit_concurrency=20,
    )


def serve(app: ASGIApp, vert: str, port: int) -> None:
    """Serve a page until somebody ends it."""
    uvicorn.Server(configured(app, vert, port)).run()
