"""The calls of the Batch API: files, batches and their state. Each is patient; none costs anything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, Literal, TypeVar, cast

import httpx2
import openai

from schemas.errors import RecipeError, ServerUnavailable
from translators.llm.batch_lines import line_of, path_of
from translators.llm.client import OpenAIClient
from translators.llm.lane import LONGEST_RETRY_AFTER_SECONDS
from translators.llm.request import Form, Request
from translators.llm.trouble import Trouble, status_of

_FILE_SECONDS = 600.0  # for a file of 200 MB on a slow line
_LONGEST_WAIT_SECONDS = 60.0
_ENDED = ("completed", "failed", "expired", "cancelled")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class State:
    """How a batch ended.

    Args:
        id: of the batch.
        status: `completed`, `failed`, `expired` or `cancelled`.
        files: ids of its output and its errors, where there are any.
        code: why it failed, in the server's words for programs.
        words: the same for people.
    """

    id: str
    status: str
    files: tuple[str, ...] = ()
    code: str = ""
    words: str = ""


class BatchServer:
    """Asks a server for batches.

    Args:
        client: the connection.
        first_look_seconds: until a batch is looked at first; it grows by half each time.
        longest_look_seconds: but not above this.
    """

    def __init__(self, client: OpenAIClient, first_look_seconds: float, longest_look_seconds: float) -> None:
        self._client = client
        self._first_look = first_look_seconds
        self._longest_look = longest_look_seconds

    async def upload(self, requests: Sequence[tuple[str, Request]]) -> str:
        """Send a file of requests. Returns its id.

        Raises:
            ServerUnavailable: the server is away or keeps refusing.
            StopError: it can never succeed (key, no such API).
        """

        async def send() -> str:
            with TemporaryFile() as file:
                file.writelines(line_of(key, request) for key, request in requests)
                file.seek(0)
                named = ("requests.jsonl", file, "application/jsonl")
                made = await self._http().files.create(file=named, purpose="batch", timeout=_FILE_SECONDS)
            return made.id

        return await self._patiently(send, "sending the file of a batch", _FILE_SECONDS)

    async def make(self, input_file: str, form: Form) -> str:
        """Have a batch made of a file. Returns its id.

        Raises:
            ServerUnavailable, StopError: as `upload`.
        """
        again = False

        async def create() -> str:
            nonlocal again
            # A call that timed out may have made it.
            if again and (known := await self._of_file(input_file, 0.0)) is not None:
                return known
            again = True
            path = cast(Literal["/v1/chat/completions", "/v1/completions"], path_of(form))
            made = await self._http().batches.create(completion_window="24h", endpoint=path, input_file_id=input_file)
            return made.id

        return await self._patiently(create, "making a batch")

    async def of_file(self, input_file: str, since: float) -> str | None:
        """The batch that was made of a file; None where there is none.

        Args:
            input_file: id of the file.
            since: seconds since 1970, a day before which nobody need look.

        Raises:
            ServerUnavailable, StopError: as `upload`.
        """
        return await self._patiently(lambda: self._of_file(input_file, since - 86_400), "looking for a batch")

    async def ended(self, batch: str) -> State:
        """Wait until a batch has ended.

        Raises:
            ServerUnavailable, StopError: as `upload`.
        """
        look = self._first_look
        while True:
            found = await self._patiently(lambda: self._http().batches.retrieve(batch), f"looking at batch {batch}")
            if found.status in _ENDED:
                files = tuple(one for one in (found.output_file_id, found.error_file_id) if one)
                problems = (found.errors.data or []) if found.errors is not None else []
                code = next((one.code for one in problems if one.code), "") or ""
                words = "; ".join(one.message for one in problems[:3] if one.message)
                return State(batch, found.status, files, code, self._client.server.words(words))
            await asyncio.sleep(look)
            look = min(1.5 * look, self._longest_look)

    async def lines(self, file: str) -> AsyncGenerator[bytes, None]:
        """The lines of a file. A connection that breaks is an error here: what was read is to be read again.

        Raises:
            openai.OpenAIError: the file cannot be read.
        """
        async with self._http().files.with_streaming_response.content(file, timeout=_FILE_SECONDS) as response:
            rest = b""
            async for piece in response.iter_bytes():
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    if line.strip():
                        yield line
            if rest.strip():
                yield rest

    async def read(self, file: str, each: Callable[[bytes], None]) -> None:
        """Call a function with each line of a file; with some of them again after a connection broke.

        Raises:
            ServerUnavailable, StopError: as `upload`.
        """

        async def run() -> None:
            async with contextlib.aclosing(self.lines(file)) as lines:
                async for line in lines:
                    each(line)

        await self._patiently(run, f"reading the file {file} of a batch", _FILE_SECONDS)

    def _http(self) -> openai.AsyncOpenAI:
        return self._client.connect()

    async def _of_file(self, input_file: str, since: float) -> str | None:
        async for batch in self._http().batches.list(limit=100):  # the newest first
            if batch.input_file_id == input_file:
                return batch.id
            if batch.created_at < since:
                break
        return None

    async def _patiently(
        self, call: Callable[[], Awaitable[_Result]], doing: str, seconds: float | None = None
    ) -> _Result:
        spec, server = self._client.spec, self._client.server
        wait = self._first_look
        last: Any = None
        for attempt in range(1, spec.attempts + 1):
            try:
                async with asyncio.timeout(seconds or spec.timeout_seconds):
                    return await call()
            except httpx2.HTTPError as error:  # while a file is read
                last = Trouble(f"no connection ({server.words(error)})")
            except (openai.OpenAIError, TimeoutError) as error:
                last = server.trouble(error)
                if not isinstance(last, Trouble):
                    raise self._explain(error, doing) from error
                if last.final or (last.wait or 0) > LONGEST_RETRY_AFTER_SECONDS:
                    break
            if attempt < spec.attempts:
                await asyncio.sleep(last.wait if last.wait is not None else wait)
                wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
        raise ServerUnavailable(
            f"{server.endpoint} fails at {doing}; the last: {last}. Run the same command again later: it collects the "
            "batches that are on their way."
        )

    def _explain(self, error: Exception, doing: str) -> Exception:
        server = self._client.server
        if not isinstance(error, openai.APIStatusError):
            return ServerUnavailable(f"{server.endpoint} fails at {doing}: {server.words(error)}")
        status, body = status_of(error)
        if status in (404, 405, 501):
            return RecipeError(
                f"{server.endpoint} fails at {doing} (status {status}: {server.hints(body)}). If it has no Batch API, "
                f"write {server.setting}.mode: online."
            )
        return server.explain(status, body, Request(model=self._client.spec.model, form=self._client.spec.form))
