"""One piece of work on some texts: cut, protected, asked for, checked for their parts, put together.

A chat model gets blocks of a text, several short ones in one request, each between tags of its own. A base model gets
line by line. Code, addresses and the like are placeholders while they are away, and what is no text at all (fenced
code, blank lines) never leaves: it is put back as it was, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.recipe import Role
from translators.flow.scribe import Scribe
from translators.llm.finish import finished
from translators.llm.request import BadAnswer
from translators.prompts.prompt import Layout, Prompt, mark_of
from translators.text import numbered
from translators.text.protection import ALL, Protected, protect
from translators.text.segments import cut

# An answer is cut off somewhere if a model loops; no honest one needs more than this, in any script.
_TOKENS_PER_CHARACTER = 2
_TOKENS_AT_LEAST = 48
_TOKENS_AROUND = 64  # the markers around an answer
_TOKENS_A_PART = 24  # the tags around a part


@dataclass(frozen=True)
class Cutting:
    """How texts are cut and protected.

    Args:
        longest: characters of a segment.
        at_once: segments in one request, chat form.
        context: whether a request shows the one before it with its result, chat form.
        kinds: what is protected, of `translators.text.protection`.
        terms: words that stay as they are.
        longer: how much longer than the text an answer may be, beyond what a translation needs.
    """

    longest: int = 1500
    at_once: int = 12
    context: bool = True
    kinds: frozenset[str] = ALL
    terms: tuple[str, ...] = ()
    longer: float = 1.0


@dataclass(frozen=True)
class Asked:
    """What a prompt is made from.

    Args:
        text: the text with its placeholders and tags.
        mark: of the markers; empty in the completion form.
        layout: what the text looks like.
        segments: the texts of its parts as they were.
        before: the text before it and its result, where context is shown.
    """

    text: str
    mark: str
    layout: Layout
    segments: tuple[str, ...]
    before: tuple[str, str] | None = None


@dataclass(frozen=True)
class Done:
    """What became of the texts.

    Args:
        texts: the result of each.
        segments: every segment that was worked on, with its result, in order.
        finished: 1.0 where every reply ended by itself, else 0.0.
        whole: 1.0 where every placeholder came back once and none was invented, else 0.0.
        remembered: segments whose result was known.
        alone: segments that had to be asked for again, alone, because their tags were missing.
    """

    texts: tuple[str, ...]
    segments: tuple[tuple[str, str], ...]
    finished: float
    whole: float = 1.0
    remembered: int = 0
    alone: int = 0


@dataclass
class _Segment:
    text: str
    protected: Protected
    result: str | None = None


Fill = Callable[[Asked], Prompt]
Lookup = Callable[[str], str | None]


def _unknown(text: str) -> str | None:
    return None


async def work(
    texts: Sequence[str],
    language: str,
    scribe: Scribe,
    role: Role,
    step: str,
    fill: Fill,
    cutting: Cutting,
    lookup: Lookup = _unknown,
) -> Done:
    """Ask for all texts, in order, and put the results together.

    Args:
        texts: any; what has no letter comes back as it is.
        language: label of their language.
        scribe: who asks and writes down.
        role: whose model.
        step: what it is for, as the row will say.
        fill: makes the prompt of one request.
        cutting: how texts are cut and protected.
        lookup: the result of a segment where it is known already.

    Raises:
        BadAnswer: a reply could not be read, or parts are missing even when asked for alone.
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    chat = scribe.spec(role).form == "chat"
    pieces = [cut(text, language, longest=cutting.longest, lines=not chat) for text in texts]
    segments: list[list[_Segment | str]] = [
        [
            _Segment(piece.text, protect(piece.text, kinds=cutting.kinds, terms=cutting.terms))
            if piece.translate
            else piece.text
            for piece in of_text
        ]
        for of_text in pieces
    ]
    every = [one for of_text in segments for one in of_text if isinstance(one, _Segment)]
    remembered = 0
    for one in every:
        one.result = lookup(one.text)
        remembered += one.result is not None
    todo = [one for one in every if one.result is None]
    asking = _Asking(scribe, role, step, fill, cutting, chat)
    for group in _groups(todo, cutting) if chat else [[one] for one in todo]:
        await asking.group(group)
    return Done(
        tuple("".join(one if isinstance(one, str) else one.result or "" for one in of_text) for of_text in segments),
        tuple((one.text, one.result or "") for one in every),
        asking.finished,
        asking.whole,
        remembered,
        asking.alone,
    )


def _groups(segments: Sequence[_Segment], cutting: Cutting) -> list[list[_Segment]]:
    """As many segments in a row as fit into one request."""
    groups: list[list[_Segment]] = []
    room = 0
    for one in segments:
        length = len(one.text)
        if not groups or len(groups[-1]) >= cutting.at_once or length > room:
            groups.append([])
            room = cutting.longest
        groups[-1].append(one)
        room -= length
    return groups


class _Asking:
    """The requests for the segments of one row, one after the other."""

    def __init__(self, scribe: Scribe, role: Role, step: str, fill: Fill, cutting: Cutting, chat: bool) -> None:
        self.finished = self.whole = 1.0
        self.alone = 0
        self._scribe, self._role, self._step, self._fill = scribe, role, step, fill
        self._cutting, self._chat = cutting, chat
        self._before: tuple[str, str] | None = None

    async def group(self, group: list[_Segment]) -> None:
        """Ask for some segments together; for those whose tags are missing, once more alone."""
        results = await self._ask(group) if len(group) > 1 else [None]
        for one, result in zip(group, results, strict=True):
            if result is not None:
                one.result = self._restored(one, result)
                continue
            if len(group) > 1:
                self.alone += 1
            (only,) = await self._ask([one])
            if only is None:
                raise BadAnswer(
                    f"the answer to {self._step} of {self._scribe.row_id} lacks its markers",
                    self._scribe.exchanges[-1].answer,
                    keys=[exchange.key for exchange in self._scribe.exchanges],
                )
            one.result = self._restored(one, only)
        if self._chat and self._cutting.context:
            self._before = ("\n".join(one.text for one in group), "\n".join(one.result or "" for one in group))

    def _restored(self, segment: _Segment, answer: str) -> str:
        found = segment.protected.restore(answer)
        if not found.whole:
            self.whole = 0.0
        return found.text

    async def _ask(self, group: Sequence[_Segment]) -> list[str | None]:
        texts = [one.protected.text for one in group]
        mark = ""
        layout = Layout(token=next((one.protected.tokens[0] for one in group if one.protected.tokens), ""))
        whole = texts[0]
        if self._chat:
            before = self._before or ()
            mark = mark_of("\n".join((*texts, *(one.text for one in group), *before)))
        if len(group) > 1:
            whole = numbered.join(texts, mark)
            layout = Layout(layout.token, len(group), numbered.tag(1, mark))
        asked = Asked(whole, mark, layout, tuple(one.text for one in group), self._before)
        prompt = self._fill(asked)
        room = _TOKENS_AT_LEAST + _TOKENS_PER_CHARACTER * self._cutting.longer * sum(map(len, texts))
        if self._chat:
            room += _TOKENS_AROUND + _TOKENS_A_PART * len(group)
        reply = await self._scribe.ask(self._role, self._step, prompt, room=int(room))
        self.finished = min(self.finished, finished(reply.finish_reason))
        result = prompt.read(reply.text)
        if result is None:
            return [None] * len(group)
        return list(numbered.split(result, mark, len(group))) if len(group) > 1 else [result]
