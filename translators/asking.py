"""Ask for one piece of work on one text, in the form that the recipe gives.

A chat model gets the text whole. In the completion form an answer ends with its line, so that a text of several
lines is worked on line by line and put together again with its own line breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from translators.gates import free as gates
from translators.llm.request import Asker, BadAnswer, Reply, Request
from translators.prompts import Prompt

# An answer is cut off somewhere if a model loops; no honest one needs more than this, in any script.
_TOKENS_PER_CHARACTER = 2
_TOKENS_AT_LEAST = 48


@dataclass(frozen=True)
class Answer:
    """What became of one piece of work.

    Args:
        text: the result.
        raw: the replies as they came, a line each where there were several.
        finished: 1.0 where every reply ended by itself, else 0.0.
        model_returned: model as the server named it; several are joined by `+`.
        keys: keys of the requests.
        prompt_tokens: tokens sent, of all requests.
        completion_tokens: tokens received, of all requests.
        version: version of the template.
        sha256: of the template.
    """

    text: str
    raw: str
    finished: float
    model_returned: str
    keys: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: int
    version: str
    sha256: str


async def work(
    client: Asker,
    fill: Callable[[str], Prompt],
    text: str,
    *,
    model: str,
    purpose: str,
    longer: float = 1.0,
) -> Answer:
    """Ask, read and put together.

    Args:
        client: who asks.
        fill: makes the prompt of a text (or of one line of it).
        text: text to work on; not blank.
        model: model to ask.
        purpose: for messages.
        longer: how much longer than the text an answer may be, beyond what a translation needs.

    Raises:
        BadAnswer: a reply could not be read; `raw` and `keys` are filled.
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    spec = client.spec
    pieces = [text] if spec.form == "chat" else text.splitlines()
    results: list[str] = []
    replies: list[Reply] = []
    prompt: Prompt | None = None
    for piece in pieces:
        if not piece.strip():
            results.append("")
            continue
        prompt = fill(piece.strip())
        room = int(_TOKENS_AT_LEAST + _TOKENS_PER_CHARACTER * longer * len(piece))
        request = Request(
            model=model,
            form=spec.form,
            messages=prompt.messages,
            prompt=prompt.prompt,
            temperature=spec.temperature,
            seed=spec.seed,
            max_tokens=min(spec.max_tokens, room),
            stop=prompt.stop,
            purpose=purpose,
            prompt_version=prompt.version,
        )
        try:
            reply = await client.ask(request)
        except BadAnswer as error:
            error.keys = tuple(one.key for one in replies)  # those of the lines before it
            raise
        replies.append(reply)
        result = prompt.read(reply.text)
        if result is None:
            raise BadAnswer(f"the answer to {purpose} lacks its markers", reply.text, keys=[one.key for one in replies])
        results.append(result)
    if prompt is None:
        raise ValueError("a blank text has no answer: do not ask")
    return Answer(
        text="\n".join(results).strip(),
        raw="\n".join(reply.text for reply in replies),
        finished=min(gates.finished(reply.finish_reason) for reply in replies),
        model_returned="+".join(sorted({reply.model for reply in replies})),
        keys=tuple(reply.key for reply in replies),
        prompt_tokens=sum(reply.prompt_tokens for reply in replies),
        completion_tokens=sum(reply.completion_tokens for reply in replies),
        version=prompt.version,
        sha256=prompt.sha256,
    )
