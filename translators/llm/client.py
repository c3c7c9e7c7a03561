"""The client for any OpenAI-compatible server: cached, bounded, and patient with each item by itself.

| what the server does                       | what happens                                                  |
| ------------------------------------------ | ------------------------------------------------------------- |
| answers                                    | the reply is cached and returned                              |
| 429, or 5xx                                | waits as Retry-After says, else longer each time; sends again |
| timeout, broken or refused connection      | waits longer each time; sends again                           |
| still so after `attempts`                  | `ServerUnavailable`: run the same command later               |
| 401, 403                                   | `PermissionProblem`, names the variable with the key          |
| 400, 404 and the like                      | `RecipeError` with the server's words and the model's name    |
| text longer than the context window        | `RequestTooLong` for this item alone                          |
| an answer that cannot be read              | `BadAnswer` for this item alone, not cached                   |
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import math
import os
import random
import time
from dataclasses import replace
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import openai

from schemas.errors import PermissionProblem, RecipeError, ServerUnavailable, StopError
from schemas.recipe import Client
from translators.llm.cache import ResponseCache
from translators.llm.request import BadAnswer, Reply, Request, RequestTooLong, endpoint_identity

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0
# A server that asks for more patience than this is left alone: the run ends and says when to come back.
_LONGEST_RETRY_AFTER_SECONDS = 600.0
_AGAIN = (408, 409, 425, 429)
_TOO_LONG = ("context_length_exceeded", "exceed_context_size", "maximum context length", "context size")
_REFUSED = ("content_filter", "content_policy_violation")
# The local model has one slot. A longer queue would gain nothing and would count towards the timeout.
_LOCAL_CONCURRENCY = 2
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class OpenAIClient:
    """Asks one server.

    May be used from one event loop after another, but not from two at once.

    Args:
        spec: the recipe's `client` part.
        cache: where replies are kept; None keeps none.
        base_url: address up to and with /v1, where it is not the recipe's (the local server has a port of its own).
        endpoint: identity of who answers; made from the address when None. Give `local_server.identity()` for the
            local server, whose port says nothing.
        first_wait_seconds: wait before the second attempt; it doubles with each further one.

    Raises:
        RecipeError: no address.
        PermissionProblem: the variable that should hold the key is not set.
    """

    def __init__(
        self,
        spec: Client,
        cache: ResponseCache | None = None,
        *,
        base_url: str | None = None,
        endpoint: str | None = None,
        first_wait_seconds: float = _FIRST_WAIT_SECONDS,
    ) -> None:
        address = base_url or spec.base_url
        if not address or urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            raise RecipeError(
                f"client.base_url: {address!r} is not the address of a server. Write one such as "
                "http://127.0.0.1:8080/v1, or `local: true` to start the small model of glotmill[local-llm]."
            )
        self.spec = spec
        self.calls = 0
        """Requests sent so far, repeated ones included: a run on a warm cache sends none."""
        self.endpoint = endpoint or endpoint_identity(address)
        self._address = address
        self._cache = cache
        self._first_wait = first_wait_seconds
        self._key = "none"  # servers without keys accept any
        if spec.api_key_env:
            self._key = os.environ.get(spec.api_key_env, "").strip()
            if not self._key:
                raise PermissionProblem(
                    f"the environment variable {spec.api_key_env} (client.api_key_env) is empty. "
                    f"Set it to the key for {self.endpoint}, for example: export {spec.api_key_env}=..."
                )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._http: openai.AsyncOpenAI | None = None
        self._concurrency = min(spec.concurrency, _LOCAL_CONCURRENCY) if spec.local else spec.concurrency
        self._slots = asyncio.Semaphore(self._concurrency)
        self._running: dict[str, asyncio.Future[Reply]] = {}
        self._not_before = 0.0  # on time.monotonic: nothing is sent earlier

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        if self._http is not None and self._loop is asyncio.get_running_loop():
            await self._http.close()
        self._http = None

    async def ask(self, request: Request) -> Reply:
        """The reply to a request, from the cache where it is there.

        Raises:
            BadAnswer: this one answer is of no use.
            ServerUnavailable: the server is away or keeps refusing.
            StopError: the request can never succeed (key, model name).
        """
        key = request.key(self.endpoint)
        if self._cache is not None and (found := self._cache.get(key)) is not None:
            return found
        self._connect()
        while (running := self._running.get(key)) is not None:  # the same request is on its way: share its reply
            await asyncio.wait([running])
            if not running.cancelled():  # otherwise whoever sent it gave up: send it ourselves
                return replace(running.result(), cached=True)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._running[key] = future
        try:
            reply = replace(await self._ask_patiently(request), key=key)
            if self._cache is not None:
                reply = self._cache.put(key, reply, request.canonical())
        except BaseException as error:
            if isinstance(error, Exception):
                future.set_exception(error)
                future.exception()  # marks it as seen: nobody may be waiting for it
            else:
                future.cancel()
            raise
        else:
            future.set_result(reply)
            return reply
        finally:
            del self._running[key]

    def _connect(self) -> openai.AsyncOpenAI:
        """The HTTP client of the running loop: connections and semaphores cannot move to another loop."""
        loop = asyncio.get_running_loop()
        if self._http is None or self._loop is not loop:
            # A proxy cannot reach this machine's own loopback address.
            own = (urlsplit(self._address).hostname or "").lower() in _LOOPBACK
            self._http = openai.AsyncOpenAI(
                base_url=self._address,
                api_key=self._key,
                max_retries=0,
                timeout=self.spec.timeout_seconds,
                http_client=openai.DefaultAsyncHttpx2Client(trust_env=not own),
            )
            self._slots = asyncio.Semaphore(self._concurrency)
            self._running = {}
            self._loop = loop
        return self._http

    async def _ask_patiently(self, request: Request) -> Reply:
        trouble = ""
        for attempt in range(1, self.spec.attempts + 1):
            wait: float | None = None
            try:
                async with self._slots:
                    while (pause := self._not_before - time.monotonic()) > 0:
                        await asyncio.sleep(pause)
                    self.calls += 1
                    async with asyncio.timeout(self.spec.timeout_seconds):
                        answer = await self._send(request)
                return _read(answer)
            except openai.APIStatusError as error:
                if error.status_code not in _AGAIN and error.status_code < 500:
                    raise self._explain(error, request) from error
                trouble = f"status {error.status_code}: {self._words(error)}"
                wait = retry_after_seconds(error.response.headers.get("retry-after"), time.time())
            except (openai.APITimeoutError, TimeoutError):
                trouble = f"no answer within {self.spec.timeout_seconds:g} seconds (client.timeout_seconds)"
            except openai.APIConnectionError as error:
                trouble = f"no connection ({error.__cause__ or error})"
            if wait is not None:
                if wait > _LONGEST_RETRY_AFTER_SECONDS:
                    trouble += f"; it asks to come back in {wait:.0f} seconds"
                    break
                # The server speaks to all requests of this client, not to one.
                self._not_before = max(self._not_before, time.monotonic() + wait)
            elif attempt < self.spec.attempts:
                # Half of the wait is drawn at random, so that workers do not all come back at once.
                longest = min(_LONGEST_WAIT_SECONDS, self._first_wait * 2 ** (attempt - 1))
                await asyncio.sleep(longest * random.uniform(0.5, 1.0))
        raise ServerUnavailable(
            f"{self.endpoint} gave no answer to {request.purpose or 'a request'} for model {request.model!r} after "
            f"{attempt} of {self.spec.attempts} attempts; the last: {trouble}. Check that the server runs, then run "
            "the same command again: answers so far are in the response cache."
        )

    async def _send(self, request: Request) -> str:
        """The body of the answer as text. Reading it is ours: the library passes on what it cannot read."""
        http = self._connect()
        body = request.body()
        sender: Any = http.chat.completions if request.form == "chat" else http.completions
        response = await sender.with_raw_response.create(**body)
        return str(response.text)

    def _words(self, error: openai.APIStatusError) -> str:
        """What the server said, short, and never the key."""
        body = error.body
        said = body.get("message") if isinstance(body, dict) else None
        text = " ".join(str(said or error.message).split())
        if self._key != "none":
            text = text.replace(self._key, "***")
        return text[:500]

    def _explain(self, error: openai.APIStatusError, request: Request) -> StopError | BadAnswer:
        status, words = error.status_code, self._words(error)
        if status in (401, 403):
            name = self.spec.api_key_env
            mend = f"Check the key in {name}" if name else "Name the variable that holds the key in client.api_key_env"
            return PermissionProblem(f"{self.endpoint} refuses the key (status {status}: {words}). {mend}.")
        hints = f"{words} {error.code or ''} {error.type or ''}".lower()
        if status == 413 or (status == 400 and any(hint in hints for hint in _TOO_LONG)):
            return RequestTooLong(f"{self.endpoint} says that the text is too long (status {status}: {words})", words)
        if status in (400, 422) and any(hint in hints for hint in _REFUSED):
            return BadAnswer(f"{self.endpoint} refuses this text (status {status}: {words})", words)
        return RecipeError(
            f"{self.endpoint} cannot do this: status {status}: {words}. It was asked for model {request.model!r} in "
            f"the {request.form} form. Check client.model, client.base_url and client.form."
        )


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """What a Retry-After header asks for (RFC 9110, section 10.2.3), in seconds from now; None if it cannot be read.

    Args:
        header: a number of seconds or an HTTP date.
        now: seconds since 1970.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(header).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _read(answer: str) -> Reply:
    """The reply in the body of an answer.

    Raises:
        BadAnswer: not JSON, no choice, or a choice without text.
    """
    try:
        body = json.loads(answer)
    except ValueError as error:
        raise BadAnswer("the server's answer is not JSON", answer) from error
    try:
        choice = body["choices"][0]
        text = choice["message"]["content"] if "message" in choice else choice["text"]
    except (KeyError, IndexError, TypeError) as error:
        raise BadAnswer("the server's answer holds no choice with a text", answer) from error
    if not isinstance(text, str):
        raise BadAnswer("the text of the server's answer is missing", answer)
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Reply(
        text=text,
        finish_reason=str(choice.get("finish_reason") or ""),
        model=str(body.get("model") or ""),
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
