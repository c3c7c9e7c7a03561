"""Sends a request until it is answered, or until it is clear that it will not be.

Before it is sent a request waits for a place (`pace`), for room under the cap (`purse`), and for its turn (`lane`), in
this order. A request that has to be sent again goes before those that came after it.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import openai

from schemas.errors import RecipeError, ServerUnavailable
from schemas.recipe import Client
from translators.llm.flights import Flight
from translators.llm.lane import LONGEST_RETRY_AFTER_SECONDS, Lane
from translators.llm.ledger import Amount, Limits
from translators.llm.pace import ticket
from translators.llm.purse import Purse, beyond, most_of, prompt_tokens, room
from translators.llm.quote import Usage
from translators.llm.reading import read_reply, usage_of_text
from translators.llm.request import NoAnswer, Reply, Request
from translators.llm.structured import Demotions, refuses_schema
from translators.llm.trouble import Server, Trouble, status_of
from translators.llm.usage import Used, amount

_LONGEST_WAIT_SECONDS = 30.0
_SENT_AT_MOST = 20  # times `attempts`: 429s that use up no attempt end somewhere too
# The local model has one slot. A longer queue would gain nothing and would count towards the timeout.
_LOCAL_CONCURRENCY = 2
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SchemaRefused(Exception):
    """The server does not know schemas.

    Args:
        words: what it said.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass
class _Tries:
    """What became of the attempts so far of one request."""

    first_answers: int  # of its lane, before the first attempt
    last_answers: int  # and at the end of the last
    sent: int = 0
    used_up: int = 0
    limited: bool = True  # nothing but 429
    trouble: Trouble = field(default_factory=lambda: Trouble(""))


class Sender:
    """Sends requests to one server.

    Args:
        spec: the recipe's values.
        address: of the server.
        server: the same, for messages.
        purse: what may be spent.
        demoted: models that know no schemas.
        first_wait_seconds: wait before the second attempt; it doubles with each further one.
    """

    def __init__(
        self,
        spec: Client,
        address: str,
        server: Server,
        purse: Purse,
        demoted: Demotions,
        first_wait_seconds: float,
    ) -> None:
        self.used: dict[str, Used] = defaultdict(Used)
        """What was asked, by role."""
        self._spec = spec
        self._address = address
        self._server = server
        self._purse = purse
        self._demoted = demoted
        self._first_wait = first_wait_seconds
        self._concurrency = min(spec.concurrency, _LOCAL_CONCURRENCY) if spec.local else spec.concurrency
        self._limits = Limits(spec.requests_per_minute, spec.tokens_per_minute)
        self._lanes: dict[str, Lane] = {}
        self._shares: dict[str, float] = {}  # of the most tokens of a prompt: what was counted, by prompt version
        self._beyond: dict[str, Usage] = {}  # by model, see `purse`
        self._loop: asyncio.AbstractEventLoop | None = None
        self._http: openai.AsyncOpenAI | None = None

    def connect(self) -> openai.AsyncOpenAI:
        """The HTTP client of the running loop: connections cannot move to another loop."""
        loop = asyncio.get_running_loop()
        if self._http is None or self._loop is not loop:
            # A proxy cannot reach this machine's own loopback address.
            own = (urlsplit(self._address).hostname or "").lower() in _LOOPBACK
            self._http = openai.AsyncOpenAI(
                base_url=self._address,
                api_key=self._server.key or "none",  # servers without keys accept any
                max_retries=0,
                timeout=self._spec.timeout_seconds,
                http_client=openai.DefaultAsyncHttpx2Client(trust_env=not own),
            )
            self._loop = loop
        return self._http

    async def close(self) -> None:
        """Close the connections of the running event loop; the next request opens new ones."""
        if self._http is not None and self._loop is asyncio.get_running_loop():
            await self._http.close()
        self._http = None

    async def send(self, request: Request, key: str, flight: Flight, keep: Callable[[Reply], Reply]) -> Reply:
        """The reply to a request, kept.

        Args:
            request: as it is sent.
            key: of the request, for errors.
            flight: where it is noted while it is out.
            keep: called with a reply as soon as it is there; returns the one that stands.

        Raises:
            BadAnswer: this one answer is of no use; `NoAnswer` where the server answered others in the meantime.
            BudgetSpent: it could cost more than is left under the cap.
            SchemaRefused: the server knows no schemas.
            ServerUnavailable: the server is away or keeps refusing.
            StopError: the request can never succeed (key, model name).
        """
        lane = self._lane(request.model)
        mine, tries = ticket(), _Tries(lane.answers, lane.answers)
        async with lane.pace.seat(mine) as seat:
            while True:
                await seat.take()
                if request.schema is not None and request.model in self._demoted:
                    raise SchemaRefused("")  # another one was refused while this one waited
                try:
                    return await self._attempt(lane, request, mine, flight, keep)
                except Trouble as trouble:
                    self._note(tries, trouble, lane)
                    if trouble.final or tries.used_up >= self._spec.attempts:
                        raise self._give_up(request, key, tries, lane) from trouble.__cause__
                    if trouble.wait:
                        seat.yield_to_others()  # nobody is sent for so long: it may as well stay
                        continue
                seat.leave()
                # Half of the wait is drawn at random, so that workers do not all come back at once.
                longest = min(_LONGEST_WAIT_SECONDS, self._first_wait * 2 ** min(tries.sent - 1, 16))
                await asyncio.sleep(longest * random.uniform(0.5, 1.0))

    def most(self, request: Request, *, batch: bool = False) -> Amount:
        """What a request can cost at most, as far as this server was ever seen to count."""
        return most_of(request, self._spec.price, self._beyond.get(request.model), batch=batch)

    def learn(self, request: Request, usage: Usage) -> None:
        """Learn from what the server counted."""
        share = usage.prompt / prompt_tokens(request)
        self._shares[request.prompt_version] = max(share, self._shares.get(request.prompt_version, 0.0))
        self._beyond[request.model] = beyond(request, usage, self._beyond.get(request.model))

    def refusal(self, status: int, body: object, request: Request) -> Exception:
        """The error of a status that no further attempt would change."""
        explained = self._server.explain(status, body, request)
        if request.schema is not None and isinstance(explained, RecipeError):
            hints = self._server.hints(body)
            if refuses_schema(status, hints):
                return SchemaRefused(hints)
        return explained

    async def _attempt(
        self, lane: Lane, request: Request, mine: int, flight: Flight, keep: Callable[[Reply], Reply]
    ) -> Reply:
        """Send once.

        Raises:
            Trouble: it is worth another attempt.
        """
        most = self.most(request)
        await self._purse.reserve(mine, most)
        cost: Amount | None = Amount()
        try:
            counted = self._counted(request)
            await lane.admit(mine, counted)
            number = lane.pace.sent()
            self.used[request.role].calls += 1
            cost = None  # from here on nobody knows, until the server says
            try:
                answer = await self._post(request, flight)
            except Exception as error:
                trouble = self._trouble(error, request)
                if not isinstance(trouble, Trouble) or trouble.free:
                    cost = Amount()
                if isinstance(trouble, Trouble) and trouble.overloaded:
                    lane.pace.overloaded(number)
                if isinstance(trouble, Trouble) and trouble.unsent:
                    lane.give_back(counted)
                raise trouble from error
            # No `await` from here to the end: what has arrived is kept, whoever is cancelled.
            lane.answers += 1
            lane.pace.answered()
            usage = usage_of_text(answer)
            if usage is not None:
                cost = amount(usage, self._spec.price)
                self.learn(request, usage)
                lane.give_back(counted - usage.total)
            reply = read_reply(answer, request)
            self.used[request.role].add(reply, 0.0 if cost is None else cost.dollars)
            return keep(reply)
        finally:
            self._purse.settle(most, cost)

    async def _post(self, request: Request, flight: Flight) -> str:
        """The body of the answer as text. Reading it is ours: the library passes on what it cannot read."""
        http = self.connect()
        sender: Any = http.chat.completions if request.form == "chat" else http.completions
        flight.out = True
        try:
            async with asyncio.timeout(self._spec.timeout_seconds):
                response = await sender.with_raw_response.create(**request.body())
            return str(response.text)
        finally:
            flight.out = False

    def _trouble(self, error: Exception, request: Request) -> Exception:
        """What an error of an attempt means."""
        trouble = self._server.trouble(error)
        if trouble is not None:
            return trouble
        return self.refusal(*status_of(error), request) if isinstance(error, openai.APIStatusError) else error

    def _note(self, tries: _Tries, trouble: Trouble, lane: Lane) -> None:
        tries.sent += 1
        tries.trouble = trouble
        tries.limited = tries.limited and trouble.limited
        # A server that says 429 to this request and answers others is well: patience costs nothing.
        answers_others = trouble.limited and lane.answers > tries.last_answers
        tries.last_answers = lane.answers
        if not answers_others or tries.sent >= _SENT_AT_MOST * self._spec.attempts:
            tries.used_up += 1
        if trouble.wait is not None:
            lane.hold(trouble.wait)  # the server speaks to all who ask this model
            if trouble.wait > LONGEST_RETRY_AFTER_SECONDS:
                trouble.words += f"; it asks to come back in {trouble.wait:.0f} seconds"
                trouble.final = True

    def _give_up(self, request: Request, key: str, tries: _Tries, lane: Lane) -> NoAnswer | ServerUnavailable:
        said = (
            f"{self._server.endpoint} gave no answer to {request.purpose or 'a request'} for model {request.model!r} "
            f"after {tries.used_up} of {self._spec.attempts} attempts; the last: {tries.trouble}."
        )
        others = lane.answers - tries.first_answers
        if others and not tries.trouble.final and not tries.limited:
            return NoAnswer(f"{said} It answered {others:,} others in the meantime.", keys=[key])
        return ServerUnavailable(
            f"{said} Check that the server runs, then run the same command again: answers so far are in the response "
            "cache."
        )

    def _lane(self, model: str) -> Lane:
        lane = self._lanes.get(model)
        if lane is None:
            name = f"{model} at {self._server.endpoint}"
            lane = self._lanes[model] = Lane(name, self._limits, self._purse.ledger, self._concurrency)
        return lane

    def _counted(self, request: Request) -> int:
        """Tokens that a request takes of the limit a minute: as many as can be told before it is answered.

        The bound that holds for any text is several times too high for most. Here, unlike with the cap, a bound that
        is learnt does no harm when it is wrong.
        """
        most = prompt_tokens(request)
        if (share := self._shares.get(request.prompt_version)) is not None:
            most = min(most, int(1.1 * share * most) + 16)
        return most + room(request)
