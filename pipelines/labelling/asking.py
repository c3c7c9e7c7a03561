"""Asking about a sample: the pilot, the quote that follows from it, and all the rest.

Requests are sent in the order of a hash of theirs, so that the first few stand for all, and so do the answers that an
interrupted run has left in the cache. What is in the cache is not asked again.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import polars as pl
import xxhash

from pipelines.labelling.excerpt import excerpt
from schemas.errors import BudgetSpent, GlotmillError, RecipeError
from schemas.recipe import Client
from translators.labelling import prompt
from translators.labelling.answers import Read, read
from translators.labelling.rubric import Rubric
from translators.llm import local_server
from translators.llm.budget import Budget, Cap
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.quote import Quote, Usage, prompt_tokens_at_most, quote
from translators.llm.request import BadAnswer, Reply, RequestTooLong, endpoint_identity

PILOT = 8
"""Requests of the pilot, at most."""
Tell = Callable[[int, int], None]
"""`tell(answered, all)`, after each answer."""


@dataclass(frozen=True)
class Again:
    """Documents that are asked about more than once.

    Args:
        answers: how many answers a document gets; 1: none is asked again.
        share: of the documents of each language, rounded up, 0 to 1.
    """

    answers: int = 1
    share: float = 0.1


@dataclass(frozen=True)
class Outcome:
    """What came of one request.

    Args:
        read: score, reason, or why there is none.
        raw: the answer as it came.
        model: model as the server named it.
        key: key of the request in the response cache.
        usage: tokens as the server counted them; None where it did not.
    """

    read: Read
    raw: str = ""
    model: str = ""
    key: str = ""
    usage: Usage | None = None


@dataclass
class Asking:
    """The requests about a sample, and what came of them.

    Args:
        rows: the sample: `id`, `text`, `language`, `source`, `hash`, and `why`, which is null where a document is asked
            about.
        rubric: the measure.
        spec: who is asked, and how.
        cache: where replies are kept.
        cap: what all requests together may cost, those in the cache included.
        again: which documents are asked about again.
        seed: draws the order of the requests and the documents that are asked about again.

    Raises:
        RecipeError: no address, or a rubric that does not fit the form.
        PermissionProblem: no key.
        MissingPackage: the local model is asked for and not installed.
    """

    rows: pl.DataFrame
    rubric: Rubric
    spec: Client
    cache: ResponseCache
    cap: Cap = field(default_factory=Cap)
    again: Again = field(default_factory=Again)
    seed: int = 0

    def __post_init__(self) -> None:
        self.calls = 0
        """Requests sent, repeated ones included."""
        self.stopped: str | None = None
        """Why not everything was asked: the cap."""
        self.outcomes: dict[tuple[int, int], Outcome] = {}
        """(row, number of the answer) -> what came of it."""
        self._server: local_server.LocalServer | None = None
        self._client: OpenAIClient | None = None
        self._charged: set[str] = set()  # keys of requests; a text that stands in two strata is paid once
        self._least_prompt: int | None = None  # tokens
        self.endpoint = local_server.identity() if self.spec.local else endpoint_identity(self.spec.base_url or "")
        self._texts = self.rows["text"].to_list()
        self._ids = self.rows["id"].to_list()
        self.order = self._ordered()
        """(row, number of the answer) in the order of asking."""
        spent = Usage()
        for one in self.order:
            key = self._question(one).request.key(self.endpoint)
            if (found := self.cache.get(key)) is not None:
                spent += self._note(one, found) or Usage()
        self.from_cache = len(self.outcomes)
        """Requests that were answered before."""
        self._budget = Budget(self.cap, spent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.stop()

    @property
    def waiting(self) -> list[tuple[int, int]]:
        """What is not answered yet, in the order of asking."""
        return [one for one in self.order if one not in self.outcomes]

    @property
    def usage(self) -> Usage:
        """Tokens of all answers, those in the cache included."""
        return self._budget.spent

    def pilot(self, tell: Tell | None = None) -> None:
        """Ask the first few, unless their answers are there.

        Raises:
            RecipeError: not even these fit under the cap.
            ServerUnavailable: the server is away or keeps refusing.
            StopError: the requests can never succeed.
        """
        todo = [one for one in self.order[:PILOT] if one not in self.outcomes]
        if self.cap and self._least_prompt is None:
            # The first alone: it tells what the template costs, and far less is set aside for the others.
            self._ask(todo[:1], tell)
            todo = todo[1:]
        self._ask(todo, tell)
        if self.stopped is not None:
            raise RecipeError(f"the cap is too low for the pilot of {PILOT} requests: {self.stopped}. Raise the cap.")

    def quote(self) -> Quote:
        """What all requests will cost, from the answers that came first in the order of asking."""
        seen = []
        for place, one in enumerate(self.order):
            outcome = self.outcomes.get(one)
            if outcome is None and place >= PILOT:
                break
            if outcome is not None and outcome.usage is not None:
                seen.append(outcome.usage)
        return quote(seen, len(self.waiting), len(self.outcomes), self.usage, self.cap.price)

    def rest(self, tell: Tell | None = None) -> None:
        """Ask all that is not answered; `stopped` says whether the cap was reached before the end.

        Raises:
            ServerUnavailable: the server is away or keeps refusing; answers so far are in the cache.
            StopError: the requests can never succeed.
        """
        self._ask(self.waiting, tell)

    def _ordered(self) -> list[tuple[int, int]]:
        rows = self.rows.with_row_index("row").filter(pl.col("why").is_null())
        marks = {
            row: xxhash.xxh3_64_intdigest(f"{language}\n{source}\n{mark}".encode(), self.seed)
            for row, language, source, mark in rows.select("row", "language", "source", "hash").iter_rows()
        }
        asked = [(row, 0) for row in marks]
        of_language: dict[str, list[int]] = defaultdict(list)
        for row, language in rows.select("row", "language").iter_rows():
            of_language[language].append(row)
        for members in of_language.values():
            members.sort(key=lambda row: (marks[row], row))
            again = members[: math.ceil(self.again.share * len(members))]
            asked += [(row, number) for row in again for number in range(1, self.again.answers)]
        # Not in the order of `marks` itself: those that are asked about again come first there.
        return sorted(asked, key=lambda one: (xxhash.xxh3_64_intdigest(b"%d %d" % (marks[one[0]], one[1])), one))

    def _question(self, one: tuple[int, int]) -> prompt.Question:
        row, number = one
        return prompt.question(
            self.rubric,
            excerpt(self._texts[row], self.rubric.shown),
            self.spec,
            sample=number,
            purpose=f"the label of {self._ids[row]}",
        )

    def _ask(self, todo: Sequence[tuple[int, int]], tell: Tell | None) -> None:
        if todo:
            asyncio.run(self._ask_all(todo, tell))

    def _connected(self) -> OpenAIClient:
        """The client; the local server starts with the first request that is not in the cache."""
        if self._client is None:
            if self.spec.local:
                self._server = local_server.LocalServer()
                self._server.start()
            address = self._server.base_url if self._server is not None else None
            self._client = OpenAIClient(self.spec, self.cache, base_url=address, endpoint=self.endpoint)
        return self._client

    async def _ask_all(self, todo: Sequence[tuple[int, int]], tell: Tell | None) -> None:
        async with self._connected() as client:
            left = iter(todo)
            failed: list[GlotmillError] = []

            async def work() -> None:
                for one in left:
                    if failed or self.stopped is not None:
                        return
                    try:
                        await self._ask_one(client, one)
                    except BudgetSpent as error:
                        self.stopped = str(error)
                    except GlotmillError as error:
                        failed.append(error)  # those in flight may still be answered, and are paid for
                    else:
                        if tell is not None:
                            tell(len(self.outcomes), len(self.order))

            try:
                await asyncio.gather(*(work() for _ in range(min(self.spec.concurrency, len(todo)))))
            finally:
                self.calls = client.calls
            if failed:
                raise failed[0]

    async def _ask_one(self, client: OpenAIClient, one: tuple[int, int]) -> None:
        question = self._question(one)
        shared = question.bytes - question.document_bytes
        most = Usage(prompt_tokens_at_most(question.bytes, shared, self._least_prompt), question.request.max_tokens)
        await self._budget.reserve(most)
        cost: Usage | None = None
        try:
            reply = await client.ask(question.request)
            cost = self._note(one, reply)
        except BadAnswer as error:
            long = isinstance(error, RequestTooLong)
            cost = Usage() if long else None  # what was not taken is not charged
            why = Read(why="too_long" if long else "bad_answer")
            self.outcomes[one] = Outcome(why, error.raw or str(error))
        finally:
            await self._budget.settle(most, cost)

    def _note(self, one: tuple[int, int], reply: Reply) -> Usage | None:
        """Keep what a reply says. Returns what it cost; None where the server did not say."""
        usage = Usage(reply.prompt_tokens, reply.completion_tokens) if reply.prompt_tokens else None
        if usage is not None:
            self._least_prompt = min(usage.prompt, self._least_prompt or usage.prompt)
        found = read(reply.text, reply.finish_reason, self.rubric, self.spec.form)
        self.outcomes[one] = Outcome(found, reply.text, reply.model, reply.key, usage)
        paid_before = reply.key in self._charged
        self._charged.add(reply.key)
        return Usage() if paid_before else usage


def pairs(asking: Asking) -> Iterator[tuple[int, float, float]]:
    """Row, first score and a later score of the documents that were asked about again, where both are scores."""
    for (row, number), outcome in sorted(asking.outcomes.items()):
        first = asking.outcomes.get((row, 0))
        if number and first is not None and first.read.score is not None and outcome.read.score is not None:
            yield row, first.read.score, outcome.read.score
