"""How requests travel: timeouts everywhere, no wait of hours, bytes counted as they leave, no bars of the library's.

The client of huggingface_hub is one for the process; here it is replaced for the time of a `with`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipelines.publishing.failures import GO_ON, clean, wait_of
from pipelines.publishing.patience import WAIT_MOST
from schemas.errors import RetryLater

# Seconds: a merge of many files takes a while on the Hub's side.
_CONNECT, _READ = 20.0, 300.0


@contextmanager
def travelling(token: str | None, sent: Callable[[int], None], tell: Callable[[str], None]) -> Iterator[None]:
    """Requests of huggingface_hub inside go this way.

    Args:
        token: kept out of what is told.
        sent: is given the bytes of files as they leave.
        tell: is given what the library says of waits and retries.
    """
    import httpx2
    from huggingface_hub import constants, set_client_factory
    from huggingface_hub.utils import (  # type: ignore[attr-defined]
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )
    from huggingface_hub.utils._http import default_client_factory

    class Counted(httpx2.SyncByteStream):
        """The body of a request, counted."""

        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def __iter__(self) -> Iterator[bytes]:
            for block in self._inner:
                sent(len(block))
                yield block

        def close(self) -> None:
            self._inner.close()

    timeout = httpx2.Timeout(_READ, connect=_CONNECT)

    def request(one: Any) -> None:
        # Some calls of the library switch timeouts off.
        if all(value is None for value in one.extensions.get("timeout", {}).values()):
            one.extensions["timeout"] = timeout.as_dict()
        if one.method == "PUT":
            one.stream = Counted(one.stream)

    def response(one: Any) -> None:
        # The library waits as long as it is told to.
        if one.status_code in (429, 503) and (wait := wait_of(one.headers) or 0) > WAIT_MOST:
            raise RetryLater(f"the Hub asks to wait {wait:,.0f} s ({one.status_code}). {GO_ON}")

    def client() -> Any:
        made = default_client_factory()
        made.event_hooks = {
            "request": [*made.event_hooks["request"], request],
            "response": [*made.event_hooks["response"], response],
        }
        made.timeout = timeout
        return made

    logger = logging.getLogger("huggingface_hub")
    before, propagated = logger.handlers, logger.propagate
    bars, without_xet = not are_progress_bars_disabled(), constants.HF_HUB_DISABLE_XET
    logger.handlers, logger.propagate = [_Told(token, tell)], False
    set_client_factory(client)
    if bars:
        disable_progress_bars()
    try:
        yield
    finally:
        constants.HF_HUB_DISABLE_XET = without_xet
        set_client_factory(default_client_factory)
        logger.handlers, logger.propagate = before, propagated
        if bars:
            enable_progress_bars()


class _Told(logging.Handler):
    """What the library logs, without the token and signatures."""

    def __init__(self, token: str | None, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._token, self._tell = token, tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(clean(record.getMessage(), self._token))
