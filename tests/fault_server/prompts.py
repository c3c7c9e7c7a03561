"""Finds what a prompt asks for: the one place that knows what Glotmill's prompts look like.

`read(body, schema)` may be replaced by a function of the same shape (`Settings.prompts`, as `module:function`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Wrap = Callable[[Sequence[str]], str]
_TEXT = re.compile(r"<text-([0-9a-f]{8,})>\n?(.*?)\n?</text-\1>", re.DOTALL)
_JUDGED = re.compile(r"<source-([0-9a-f]{8,})>\n?(.*?)\n?</source-\1>.*<target-\1>\n?(.*?)\n?</target-\1>", re.DOTALL)
_FROM_INTO = re.compile(r"[Tt]ranslat\w+ (?:\w+ ){0,3}?from (.+?) into (.+?)[.:\n]")
_IN = re.compile(r"Write the result in (.+?), between")
_LINES = re.compile(r"(?:^|\n)([^\n:]{1,60}): ([^\n]*)\n([^\n:]{1,60}):\s*$")


@dataclass(frozen=True)
class Task:
    """What a prompt asks for.

    Args:
        texts: to work on, one or several segments.
        wrap: makes the answer of as many results.
        source, target: English names of the languages; empty where the prompt does not say.
        kind: `translate`, `rewrite` (in the same language), `judge` (`texts` are a source and its translation), or
            `talk`: anything else.
    """

    texts: tuple[str, ...]
    wrap: Wrap
    source: str = ""
    target: str = ""
    kind: str = "translate"


def read(body: Mapping[str, Any]) -> Task:
    """The task in the body of a request.

    Chat: the text in the last message, between `<text-XXXXXXXX>` and `</text-XXXXXXXX>`; where it has tags that hold
    the same digits, each is a segment. Completion: the last line `Label: text` before the final `Label:`, where labels
    are names of languages.
    """
    task = _completion(str(body["prompt"])) if "prompt" in body else _chat(body.get("messages") or [])
    schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")
    if schema is not None and task.kind != "judge":
        return Task(task.texts, lambda results: _json(schema, results), task.source, task.target, task.kind)
    return task


def _chat(messages: Sequence[Mapping[str, Any]]) -> Task:
    said = [str(message.get("content") or "") for message in messages]
    last = said[-1] if said else ""
    rules = said[0] if len(said) > 1 else last
    judged = _JUDGED.search(last)
    languages = _FROM_INTO.search(rules)
    source, target = (languages[1], languages[2]) if languages else ("", "")
    if judged:
        return Task((judged[2], judged[3]), _joined, source, target, "judge")
    texts = _TEXT.findall(last)
    if not texts:
        return Task((last,), _joined, kind="talk")
    mark, text = texts[-1]
    kind = "translate" if languages else "rewrite"
    if not languages and (name := _IN.search(rules)):
        source = target = name[1]

    def wrap(inside: str) -> str:
        return f"<result-{mark}>\n{inside}\n</result-{mark}>"

    tag = re.compile(rf"<((?=[^<>]*{mark})[^<>/]+)>(.*?)</\1>", re.DOTALL)
    segments = list(tag.finditer(text))
    if not segments:
        return Task((text,), lambda results: wrap("\n".join(results)), source, target, kind)
    # What stands between the segments' tags is kept: line ends, and whatever a caller puts there.
    between = tag.sub("\0", text).split("\0")

    def join(results: Sequence[str]) -> str:
        parts = [between[0]]
        for segment, result, after in zip(segments, results, between[1:], strict=False):
            space = re.fullmatch(r"(\s*).*?(\s*)", segment[2], re.DOTALL)
            head, tail = (space[1], space[2]) if space and segment[2].strip() else ("", "")
            parts += [f"<{segment[1]}>{head}{result}{tail}</{segment[1]}>", after]
        return wrap("".join(parts))

    return Task(tuple(segment[2].strip() for segment in segments), join, source, target, kind)


def _completion(prompt: str) -> Task:
    found = _LINES.search(prompt)
    if found is None:
        return Task((prompt[-500:],), _joined, kind="talk")
    source, text, target = found[1], found[2], found[3]
    kind = {"Score": "judge", "Natural": "rewrite", "Local": "rewrite", "Hard": "rewrite"}.get(target, "translate")
    if kind == "judge":
        before, _, after = text.partition(" = ")
        return Task((before, after), _joined, kind="judge")
    return Task((text,), lambda results: f" {' '.join(results)}", source, target, kind)


def _joined(results: Sequence[str]) -> str:
    return "\n".join(results)


def _json(schema: Mapping[str, Any], results: Sequence[str]) -> str:
    """A value that keeps to the schema: texts are the results in order, the rest is the least that is allowed."""
    rest = list(results)

    def fill(part: Mapping[str, Any]) -> Any:
        kind = part.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if "const" in part or "enum" in part:
            return part.get("const", (part.get("enum") or [None])[0])
        if kind == "object" or "properties" in part:
            return {name: fill(inner) for name, inner in (part.get("properties") or {}).items()}
        if kind == "array":
            count = max(int(part.get("minItems", 0)), len(rest))
            return [fill(part.get("items") or {}) for _ in range(count)]
        if kind in ("integer", "number"):
            return part.get("maximum", part.get("minimum", 1))
        if kind in ("boolean", "null"):
            return True if kind == "boolean" else None
        return rest.pop(0) if rest else ""

    return json.dumps(fill(schema), ensure_ascii=False)
