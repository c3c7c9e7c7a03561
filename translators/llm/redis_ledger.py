"""The ledger on a Redis server: one pace and one account for workers on many machines.

The arithmetic is that of `ledger_arithmetic.py`, in scripts that the server runs whole: nobody sees a number half
changed. The server's clock is the only one, so machines whose clocks differ keep one pace. Numbers travel as text with
17 digits, which a float needs.

| key                               | holds                                                                    |
| --------------------------------- | ------------------------------------------------------------------------ |
| `glotmill:ledger:1:lane:LANE`     | theoretical arrival times and Retry-After; gone when they are long past  |
| `glotmill:ledger:1:money:ACCOUNT` | what is spent, lost and open, in tokens and nanodollars                  |
| `glotmill:ledger:1:open:ACCOUNT`  | what each worker has on its way, and when it was last heard of           |

A lane is shared by every run that uses the server, whatever its account: the limits are those of the model's server.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from typing import Any

from schemas.recipe import Cap
from translators.llm import ledger_arithmetic as arithmetic
from translators.llm.ledger import Amount, Limits
from translators.llm.redis_server import RedisServer

_KEYS = "glotmill:ledger:1:"
# A worker that was not heard of for so long holds nothing that will come back: no request takes longer.
_LEASE_SECONDS = 900
_CLOCK = f"""
local LEASE = {_LEASE_SECONDS}
local now = tonumber(ARGV[1])
if not now then
  local at = redis.call('TIME')
  now = tonumber(at[1]) + tonumber(at[2]) / 1000000
end
"""
# ARGV: clock; seconds for each and burst of requests; the same of tokens, and how many.
_MAY_SEND = (
    _CLOCK
    + """
local row = redis.call('HMGET', KEYS[1], 'until', 'requests', 'tokens')
local hold = tonumber(row[1] or 0)
local wait = math.max(0, hold - now)
local function allowed(tat, each, burst, quantity)
  local new = math.max(tat, now) + quantity * each
  local longer = new - math.max(burst, quantity) * each - now
  if longer <= 0.000001 then return new end
  wait = math.max(wait, longer)
  return tat
end
local requests, tokens = tonumber(row[2] or 0), tonumber(row[3] or 0)
if ARGV[2] ~= '' then requests = allowed(requests, tonumber(ARGV[2]), tonumber(ARGV[3]), 1) end
if ARGV[4] ~= '' then tokens = allowed(tokens, tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])) end
if wait > 0 then return string.format('%.17g', wait) end
if ARGV[2] == '' and ARGV[4] == '' then return '0' end
redis.call('HSET', KEYS[1], 'requests', string.format('%.17g', requests), 'tokens', string.format('%.17g', tokens))
redis.call('EXPIRE', KEYS[1], math.ceil(math.max(requests, tokens, hold, now) - now) + 3600)
return '0'
"""
)
# ARGV: clock; seconds by which the tokens' time goes back.
_GIVE_BACK = """
local tat = redis.call('HGET', KEYS[1], 'tokens')
if tat then redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tonumber(tat) - tonumber(ARGV[2]))) end
"""
# ARGV: clock; seconds from now.
_HOLD = (
    _CLOCK
    + """
local new, row = now + tonumber(ARGV[2]), redis.call('HMGET', KEYS[1], 'until', 'requests', 'tokens')
local hold = math.max(new, tonumber(row[1] or 0))
redis.call('HSET', KEYS[1], 'until', string.format('%.17g', hold))
local last = math.max(hold, tonumber(row[2] or 0), tonumber(row[3] or 0), now)
redis.call('EXPIRE', KEYS[1], math.ceil(last - now) + 3600)
"""
)
# ARGV: clock; worker; cap in tokens and nanodollars; the most in both.
_RESERVE = (
    _CLOCK
    + """
local row = redis.call('HMGET', KEYS[1], 'spent_tokens', 'lost_tokens', 'open_tokens',
                       'spent_nano', 'lost_nano', 'open_nano')
local function fits(cap, first, most)
  if cap == '' then return true end
  local all = tonumber(row[first] or 0) + tonumber(row[first + 1] or 0) + tonumber(row[first + 2] or 0)
  return all + tonumber(most) <= tonumber(cap)
end
if not (fits(ARGV[3], 1, ARGV[5]) and fits(ARGV[4], 4, ARGV[6])) then return 0 end
redis.call('HINCRBY', KEYS[1], 'open_tokens', ARGV[5])
redis.call('HINCRBY', KEYS[1], 'open_nano', ARGV[6])
redis.call('HINCRBY', KEYS[2], ARGV[2] .. ' tokens', ARGV[5])
redis.call('HINCRBY', KEYS[2], ARGV[2] .. ' nano', ARGV[6])
redis.call('HSET', KEYS[2], ARGV[2] .. ' seen', string.format('%.17g', now))
redis.call('EXPIRE', KEYS[2], LEASE)
return 1
"""
)
# ARGV: clock; worker; what was set aside, negative; `spent` or `lost`; what is added there.
_SETTLE = (
    _CLOCK
    + """
redis.call('HINCRBY', KEYS[1], 'open_tokens', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'open_nano', ARGV[4])
redis.call('HINCRBY', KEYS[1], ARGV[5] .. '_tokens', ARGV[6])
redis.call('HINCRBY', KEYS[1], ARGV[5] .. '_nano', ARGV[7])
redis.call('HINCRBY', KEYS[2], ARGV[2] .. ' tokens', ARGV[3])
redis.call('HINCRBY', KEYS[2], ARGV[2] .. ' nano', ARGV[4])
redis.call('HSET', KEYS[2], ARGV[2] .. ' seen', string.format('%.17g', now))
redis.call('EXPIRE', KEYS[2], LEASE)
"""
)
# ARGV: clock.
_IN_FLIGHT = (
    _CLOCK
    + """
local tokens, nano, all, held = 0, 0, redis.call('HGETALL', KEYS[1]), {}
for i = 1, #all, 2 do held[all[i]] = tonumber(all[i + 1]) end
for name, seen in pairs(held) do
  local worker = string.match(name, '^(.*) seen$')
  if worker then
    if now - seen > LEASE then
      redis.call('HDEL', KEYS[1], name, worker .. ' tokens', worker .. ' nano')
    else
      tokens = tokens + (held[worker .. ' tokens'] or 0)
      nano = nano + (held[worker .. ' nano'] or 0)
    end
  end
end
return {string.format('%.0f', tokens), string.format('%.0f', nano)}
"""
)


class RedisLedger:
    """The book that all workers of a run write into, on a Redis server.

    Safe for several threads, processes and machines; may be pickled and may cross a fork.

    Args:
        url: `redis://user:password@host:port/number`; `rediss` for TLS.
        cap: the most that may be spent; None for any amount.
        account: whose money it is: one for each recipe, the same on all machines and in all its runs.
        clock: seconds since 1970, for tests; None for the server's clock.

    Raises:
        RecipeError: not such an address.
        MissingPackage: the extra `redis` is not installed.
        ServerUnavailable: it does not answer.
        PermissionProblem: it refuses the password.
    """

    def __init__(
        self, url: str, *, cap: Cap | None = None, account: str = "", clock: Callable[[], float] | None = None
    ) -> None:
        self._server = RedisServer(url)
        self.cap = cap
        self.account = account
        self._clock = clock
        self._worker = ""
        self._owner = 0
        self._server.call(lambda client: client.ping(), "opening the ledger")

    @property
    def identity(self) -> str:
        """The server's address, without password."""
        return self._server.identity

    def __getstate__(self) -> dict[str, Any]:
        return {"server": self._server, "cap": self.cap, "account": self.account, "clock": self._clock}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._server, self.cap, self.account = state["server"], state["cap"], state["account"]
        self._clock, self._worker, self._owner = state["clock"], "", 0

    def may_send(self, lane: str, limits: Limits, tokens: int) -> float:
        """Ask to send one request.

        Args:
            lane: model and server.
            limits: of the lane.
            tokens: what the request takes at most.

        Returns:
            0.0: it may go now, and counts. Else seconds after which to ask again; nothing was counted.
        """
        said: list[object] = ["", "", "", "", tokens]
        if limits.requests is not None:
            said[0:2] = [repr(_each(limits.requests)), repr(arithmetic.request_burst(limits.requests))]
        if limits.tokens is not None:
            said[2:4] = [repr(_each(limits.tokens)), repr(arithmetic.token_burst(limits.tokens))]
        return float(self._run(_MAY_SEND, [_lane(lane)], said, once=True))

    def give_back(self, lane: str, limits: Limits, tokens: int) -> None:
        """Tokens that were counted and not used."""
        if limits.tokens is not None:
            self._run(_GIVE_BACK, [_lane(lane)], [repr(-arithmetic.given_back(0.0, limits.tokens, tokens))], once=True)

    def hold(self, lane: str, until: float) -> None:
        """Send nothing of this lane before a time (Retry-After). A later time wins.

        Args:
            lane: model and server.
            until: seconds since 1970 by this machine's clock; what counts is how far it lies ahead.
        """
        ahead = until - (self._clock or time.time)()
        self._run(_HOLD, [_lane(lane)], [repr(ahead)])

    def reserve(self, most: Amount) -> bool:
        """Set aside what a request can cost at most. False: it does not fit under the cap now."""
        caps = (None, None) if self.cap is None else (self.cap.tokens, arithmetic.cap_nanodollars(self.cap.dollars))
        said = [self._name(), *("" if one is None else one for one in caps), *arithmetic.counted(most)]
        return bool(int(self._run(_RESERVE, self._accounts(), said, once=True)))

    def settle(self, most: Amount, cost: Amount | None) -> None:
        """Put what a request did cost in place of what was set aside; None: nobody said, so that all of it counts.

        What another process had set aside (a batch) may be settled here.
        """
        aside = arithmetic.counted(most)
        added = aside if cost is None else arithmetic.counted(cost)
        said = [self._name(), -aside[0], -aside[1], "lost" if cost is None else "spent", *added]
        self._run(_SETTLE, self._accounts(), said, once=True)

    def spent(self) -> tuple[Amount, Amount]:
        """What is spent, and what is set aside for requests whose cost is not known (yet)."""
        names = ["spent_tokens", "lost_tokens", "open_tokens", "spent_nano", "lost_nano", "open_nano"]
        key = self._accounts()[0]
        found = self._server.call(lambda client: client.hmget(key, names), "reading the ledger")
        spent, lost, still, spent_nano, lost_nano, still_nano = (int(one or 0) for one in found)
        return arithmetic.amount((spent, spent_nano)), arithmetic.amount((lost + still, lost_nano + still_nano))

    def in_flight(self) -> Amount:
        """What workers have set aside that were heard of within the last quarter of an hour."""
        tokens, nano = self._run(_IN_FLIGHT, [self._accounts()[1]], [])
        # A worker that settled what another one had set aside owes less than nothing.
        return arithmetic.amount((max(0, int(tokens)), max(0, int(nano))))

    def close(self) -> None:
        """Close this process's connections; the next use opens new ones."""
        self._server.close()

    def _accounts(self) -> list[str]:
        return [f"{_KEYS}money:{self.account}", f"{_KEYS}open:{self.account}"]

    def _name(self) -> str:
        """A name for this process."""
        if self._owner != os.getpid():
            self._worker, self._owner = uuid.uuid4().hex, os.getpid()
        return self._worker

    def _run(self, script: str, keys: list[str], said: list[Any], *, once: bool = False) -> Any:
        # What must not count twice is not sent again when a connection breaks.
        now = "" if self._clock is None else repr(self._clock())
        return self._server.run(script, keys, [now, *said], "writing the ledger", once=once)


def _lane(lane: str) -> str:
    return f"{_KEYS}lane:{lane}"


def _each(per_minute: float) -> float:
    """Seconds for each request or token."""
    return -arithmetic.given_back(0.0, per_minute, 1)
