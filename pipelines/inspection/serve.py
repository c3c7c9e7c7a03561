"""The server of the page: one process on this machine, until Ctrl-C."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing

import uvicorn

from pipelines.inspection import app
from pipelines.inspection.guard import Pass
from schemas.errors import RecipeError


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        RecipeError: the port is taken, or the host is none of this machine.
    """
    name = host.strip("[]")
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(128)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise RecipeError(
            f"--host {host} --port {port}: cannot listen there: {error}. Choose another with --port, or --port 0 for "
            "any that is free."
        ) from error
    return listener


def address(listener: socket.socket, allowed: Pass) -> str:
    """What to open in a browser."""
    name, port = listener.getsockname()[:2]
    host = "127.0.0.1" if name == "0.0.0.0" else "[::1]" if name == "::" else f"[{name}]" if ":" in name else name
    return f"http://{host}:{port}/?token={allowed.token}"


def serve(
    inspected: app.Inspected, listener: socket.socket, allowed: Pass, *, browser: bool, told: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C.

    Args:
        inspected: what the page is about.
        listener: from `listening`.
        allowed: who may ask.
        browser: whether to open a browser.
        told: gets the address, when the server is about to answer.
    """
    config = uvicorn.Config(
        app.make(inspected, allowed), log_level="warning", access_log=False, server_header=False, lifespan="off",
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    with closing(listener):
        where = address(listener, allowed)
        told(where)
        if browser:
            threading.Thread(target=webbrowser.open, args=(where,), daemon=True).start()
        # What thresholds need is read while the person looks at the first page.
        threading.Thread(target=_warm, args=(inspected,), daemon=True).start()
        server.run(sockets=[listener])


def _warm(inspected: app.Inspected) -> None:
    try:
        inspected.thresholds.overview()
    except Exception:  # told to whoever asks for it
        pass
