"""`glotmill serve`: the small model as a server."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands._shared import say


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any free one")] = 8080,
    host: Annotated[
        str, typer.Option(help="Address to listen on; anyone who reaches it can use the model")
    ] = "127.0.0.1",
) -> None:
    """Serve the small model of the `local-llm` extra: an OpenAI-compatible server on this machine, until Ctrl-C."""
    from translators.llm import local_server

    local_server.serve(host, port, announce=lambda address: say(f"serving {local_server.MODEL} at {address}"))
