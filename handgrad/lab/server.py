"""The lab's server: marimo's, on this machine alone, and for those alone who have its token."""

import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from handgrad.errors import LabError
from handgrad.extras import imported

HOST = "127.0.0.1"
APP = Path(__file__).with_name("app.py")


class Server:
    """The server, listening from the start, no longer when its block ends; `run` answers until it is interrupted.

    Raises `MissingExtraError` without marimo, `LabError` when it can't listen at the port.
    """

    def __init__(self, port: int | None = None, seed: int = 0):
        marimo = imported("marimo", "lab", "handgrad lab")
        self.listener = listening(port)
        self.token = secrets.token_urlsafe(16)
        self.seed = seed
        self.page = marimo.create_asgi_app(token=self.token, quiet=True).with_app(path="", root=str(APP)).build()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    @property
    def url(self) -> str:
        """Where the page is, with the token."""
        return f"http://{HOST}:{self.listener.getsockname()[1]}/?access_token={self.token}&seed={self.seed}"

    def run(self) -> None:
        """Answer until Ctrl-C, which is then raised as `KeyboardInterrupt`."""
        uvicorn = imported("uvicorn", "lab", "handgrad lab")
        starlette = imported("starlette.applications", "lab", "handgrad lab")
        routing = imported("starlette.routing", "lab", "handgrad lab")
        whole = starlette.Starlette(routes=[routing.Mount("/", app=self.page)], lifespan=self.ending)
        config = uvicorn.Config(whole, log_level="warning", timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[self.listener])

    @contextlib.asynccontextmanager
    async def ending(self, _: Any) -> AsyncIterator[None]:
        """At the end every open page's own thread is ended too; else Python would wait for it for ever."""
        yield
        await self.page.routes[0].app.state.session_manager.shutdown()


def listening(port: int | None) -> socket.socket:
    """A socket that listens on this machine alone, at a free port where none is asked for.

    Raises `LabError` when another program has the port, or the system refuses it.

    >>> with listening(None) as first:
    ...     listening(first.getsockname()[1])
    Traceback (most recent call last):
    handgrad.errors.LabError: port: wanted one that is free, got ...: Address already in use
    """
    try:
        return socket.create_server((HOST, port or 0))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise LabError(f"port: wanted one that is free, got {port}: {reason}") from None
