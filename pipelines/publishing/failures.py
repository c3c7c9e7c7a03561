"""What went wrong between here and the Hub: whether a second try may help, and the error of ours that says it.

No error of ours is chained to what caused it: requests carry the token in a header, and whoever prints or reports a
chain of errors would print it too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from data_cards.visible import brief, visible
from schemas.errors import (
    GlotmillError,
    OutputError,
    PermissionProblem,
    RetryLater,
    SourceError,
    from_os_error,
)

TOKEN = "HF_TOKEN"
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_CONFLICT = (409, 412, 423)
_QUERY = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]*")
GO_ON = "Run the same command again: what is up stays up, and nothing is merged before all of it is there."


class NotYetError(Exception):
    """The Hub took an order and has not carried it out yet."""


@dataclass(frozen=True)
class Failure:
    """What went wrong.

    Args:
        text: in one line, without secrets.
        status: of HTTP; None where no answer came.
        again: whether a second try may help.
        conflict: whether the Hub says that something else happened meanwhile.
        wait: seconds that the Hub asks to wait.
        gated: whether access has to be asked for.
        error: of ours, where it is one already.
    """

    text: str
    status: int | None = None
    again: bool = False
    conflict: bool = False
    wait: float | None = None
    gated: bool = False
    error: GlotmillError | None = None

    def told(self, doing: str, repo: str, tries: int) -> GlotmillError:
        """The error that says so.

        Args:
            doing: a phrase, as "merging".
            repo: name of the dataset.
            tries: how often it was tried.
        """
        if self.error is not None:
            return self.error
        if self.again:
            return RetryLater(f"no luck while {doing}, tried {tries} times: {self.text}. {GO_ON}")
        if self.status == 401:
            return PermissionProblem(
                f"{doing}: the Hub does not know the token in {TOKEN} (401): {self.text}. It may have been revoked or "
                "cut off; make one with write access in the settings of your account, and set it."
            )
        if self.gated:
            return PermissionProblem(
                f"{doing}: access to {repo} has to be asked for on its page (403, gated): {self.text}"
            )
        if self.status in (402, 403):
            return PermissionProblem(
                f"{doing}: the account of {TOKEN} may not do this in {repo} ({self.status}): {self.text}. The token "
                "needs write access to its namespace (a fine-grained token: to its repositories and discussions)."
            )
        if self.status == 404:
            return SourceError(
                f"{doing}: the Hub has no {repo}, or the account of {TOKEN} does not see it (404): {self.text}. Check "
                "the name, and that the token may read it."
            )
        status = "" if self.status is None else f" ({self.status})"
        return OutputError(f"{doing}: the Hub refuses{status}: {self.text}")


def failure(error: Exception, token: str | None) -> Failure:
    """What an exception of the client means."""
    import httpx2
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError

    for one in _chain(error):
        text = clean(str(one) or type(one).__name__, token)
        if isinstance(one, GlotmillError):
            return Failure(text, error=one)
        if isinstance(one, HfHubHTTPError) and one.response is not None:
            status = one.response.status_code
            # A token that is not known has its own answer; other 401s are repositories that cannot be seen.
            status = 404 if isinstance(one, RepositoryNotFoundError) and not isinstance(one, GatedRepoError) else status
            said = clean(one.server_message or "", token) or text
            return Failure(
                said, status, status in _AGAIN or status > 504, status in _CONFLICT, wait_of(one.response.headers),
                isinstance(one, GatedRepoError),
            )  # fmt: skip
        if isinstance(one, NotYetError):
            return Failure(text, again=True)
        if isinstance(one, OfflineModeIsEnabled):
            return Failure(text, error=OutputError("HF_HUB_OFFLINE is set: unset it to publish."))
        if isinstance(one, httpx2.UnsupportedProtocol | httpx2.LocalProtocolError | httpx2.InvalidURL):
            return Failure(f"{text}. Check HF_ENDPOINT and the proxies")
        if isinstance(one, httpx2.TransportError | ConnectionError | TimeoutError):
            return Failure(f"the connection broke ({type(one).__name__}: {text}){_without_xet(text)}", again=True)
        if isinstance(one, json.JSONDecodeError):
            return Failure("what answered is no Hub (no JSON)", again=True)
        if isinstance(one, OSError):
            return Failure(text, error=from_os_error(one, "sending files"))
    text = clean(str(error) or type(error).__name__, token)
    # Xet's own errors carry no status: it has tried again by itself, and a later run may succeed.
    xet = type(error).__module__.startswith("hf_xet") or isinstance(error, RuntimeError)
    text += _without_xet(text) if xet else ""
    return Failure(text if xet or isinstance(error, ValueError) else f"{type(error).__name__}: {text}", again=xet)


def _without_xet(text: str) -> str:
    """How to do without, where Xet's servers are out of reach and the Hub is not."""
    return "; HF_HUB_DISABLE_XET=1 sends files without Xet" if "xet" in text.lower() else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def clean(text: str, token: str | None) -> str:
    """A text of a server or a library on one line, without the token, signatures of addresses and unseen characters."""
    if token:
        text = text.replace(token, "***")
    return visible(brief(" ".join(_QUERY.sub(r"\1", text).split()))).rstrip(".")


def wait_of(headers: object) -> float | None:
    """Seconds that an answer asks to wait: Retry-After as a number or a date, or the rate limit's reset."""
    from huggingface_hub.utils import parse_ratelimit_headers  # type: ignore[attr-defined]

    named = {str(key).lower(): str(value) for key, value in dict(headers).items()}  # type: ignore[call-overload]
    if said := named.get("retry-after", "").strip():
        if said.replace(".", "", 1).isdigit():
            return float(said)
        try:
            date = parsedate_to_datetime(said)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (date - datetime.now(UTC)).total_seconds())
    limit = parse_ratelimit_headers(named)
    return float(limit.reset_in_seconds) if limit is not None and limit.remaining == 0 else None
