"""Asking the Hub for files: what it cannot give is an error that says how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemas.errors import SourceError


@contextmanager
def asked(wanted: str, otherwise: str) -> Iterator[None]:
    """Errors of the Hub inside become errors that say what to mend.

    Args:
        wanted: what is asked for, and where the recipe says so: `embedding.hub: cannot get org/name at 0123`.
        otherwise: what to do without the Hub: `download the model and give its path`.

    Raises:
        SourceError: the Hub cannot give it.
    """
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        yield
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise SourceError(
            f"{wanted} from the Hub: {error}. Check the names and the connection, or {otherwise}."
        ) from error
