"""From the body of a request to an answer: the task, the good results, at most one fault, usage."""

from __future__ import annotations

import importlib
import itertools
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tests.fault_server import answer_faults, text_faults
from tests.fault_server.answer_faults import Content
from tests.fault_server.dictionary import Dictionary
from tests.fault_server.logprobs import chat_logprobs, completion_logprobs
from tests.fault_server.prompts import Task
from tests.fault_server.settings import CONTENT, OBEYS, Settings, pick
from tests.fault_server.text_faults import Work

_TEXT: dict[str, Callable[[Work], text_faults.Fault | None]] = {
    name: getattr(text_faults, name)
    for name in (
        "wrong_language", "preamble", "refusal", "lost_placeholder", "doubled_placeholder", "changed_placeholder",
        "negation", "changed_number", "omission", "echo", "repetition", "truncated",
    )
}  # fmt: skip
_AROUND: dict[str, Callable[[Work, str], Content | None]] = {
    name: getattr(answer_faults, name)
    for name in ("cut_off", "not_json", "no_choices", "empty", "no_markers", "doubled_markers", "lost_tag")
}
FINGERPRINT = "fp_faults_1"


@dataclass(frozen=True)
class Answer:
    """What is sent for one body, if traffic lets it through.

    Args:
        status: of HTTP.
        body: JSON, or what a fault puts in its place.
        fault: that it has; empty for a good one.
        manner: which of its kinds.
        drawn: the fault that was drawn for it; where it is not `fault`, the answer could not have it.
        prompt_tokens, completion_tokens: as they are billed.
        task: what was asked; None where it was not read.
        text: what the model says; None where the answer holds none.
    """

    status: int
    body: bytes
    fault: str = ""
    manner: str = ""
    drawn: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    task: Task | None = None
    text: str | None = None


class Answers:
    """Makes answers.

    Args:
        settings: what to do.
    """

    def __init__(self, settings: Settings) -> None:
        self.dictionary = Dictionary(settings.placeholder)
        self._pairs: list[Mapping[str, str]] = []
        self._number = itertools.count(1)
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Follow other settings from now on; known pairs stay known."""
        self._settings = settings
        module, _, name = settings.prompts.partition(":")
        self._read: Callable[[Mapping[str, Any]], Task] = getattr(importlib.import_module(module), name)
        self._order = re.compile(settings.instruction) if settings.instruction else None
        self.dictionary = Dictionary(settings.placeholder)
        self.dictionary.add(self._pairs)

    def learn(self, pairs: list[Mapping[str, str]]) -> int:
        """Add pairs to the dictionary; gives how many texts it knows."""
        self._pairs += pairs
        return self.dictionary.add(pairs)

    def answer(self, body: Mapping[str, Any], key: str) -> Answer:
        """The answer to a body.

        Args:
            body: of the request.
            key: from `key_of`.
        """
        settings = self._settings
        if problem := self._problem(body):
            return problem
        task = self._read(body)
        results = self._results(task)
        work = Work(task, results, self.dictionary, lambda count, what: pick(count, settings.seed, what, key))
        drawn = settings.drawn(CONTENT, key) or ""
        content, fault, finish = None, "", "stop"
        if self._order is not None and settings.obeys(key):
            done = text_faults.obeys(work, self._order)
            drawn = OBEYS if done else drawn
        else:
            done = None
        if done is None and drawn:
            if drawn in _AROUND or (drawn in ("preamble", "refusal") and work.pick(2, "where")):
                make = _AROUND.get(drawn) or answer_faults.outside(drawn)
                content = make(work, task.wrap(results))
            else:
                done = _TEXT[drawn](work)
        if done is not None:
            content = Content(task.wrap(done.results), done.manner, done.finish_reason)
        if content is not None:
            fault, finish = drawn, content.finish_reason
        else:
            content = Content(task.wrap(results))
        return self._whole(body, task, content, fault, drawn, finish)

    def _results(self, task: Task) -> tuple[str, ...]:
        if task.kind == "judge":
            return (self._judged(task),)
        if task.kind == "rewrite":
            return tuple(self.dictionary.rewrite(text) for text in task.texts)
        target = task.target or "French"
        return tuple(self.dictionary.translate(text, task.source, target) for text in task.texts)

    def _judged(self, task: Task) -> str:
        """95 for the translation that the dictionary would give, else 20."""
        source, target = task.texts
        known = self.dictionary.translate(source, task.source, task.target)
        score = 95 if " ".join(known.split()) == " ".join(target.split()) else 20
        if not task.target:
            return f" {score}"
        return orjson.dumps({"score": score, "reason": "compared with the dictionary"}).decode()

    def _problem(self, body: Mapping[str, Any]) -> Answer | None:
        """An answer that refuses the body."""
        settings = self._settings
        if settings.models is not None and body.get("model") not in settings.models:
            return error(404, f"The model {body.get('model')!r} does not exist", "model_not_found")
        if settings.refuses_response_format and "response_format" in body:
            return error(400, "response_format is not supported by this model", "unsupported_parameter")
        if settings.echo == "refused" and body.get("echo"):
            return error(400, "only no echo is supported", "unsupported_parameter")
        if body.get("stream"):
            return error(400, "this server does not stream", "unsupported_parameter")
        if settings.context_tokens is not None and (came := tokens_of(_prompt(body))) > settings.context_tokens:
            said = f"This model's maximum context length is {settings.context_tokens} tokens, but {came} came"
            return error(400, said, "context_length_exceeded")
        return None

    def _whole(
        self, body: Mapping[str, Any], task: Task, content: Content, fault: str, drawn: str, finish: str
    ) -> Answer:
        prompt = _prompt(body)
        prompt_tokens, text = tokens_of(prompt), content.text or ""
        for stop in body.get("stop") or ():
            # A leading line end is not the end of the answer's line.
            text = text[: len(text) - len(text.lstrip("\n"))] + text.lstrip("\n").partition(stop)[0]
        most = body.get("max_completion_tokens") or body.get("max_tokens")
        if most is not None and tokens_of(text) > most:
            text, finish = text.encode()[: most * 4].decode(errors="ignore"), "length"
        completion_tokens = tokens_of(text) if text else 0
        known = {
            "fault": fault, "manner": content.manner, "drawn": drawn, "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens, "task": task,
        }  # fmt: skip
        if content.body is not None or content.text is None:
            return Answer(200, b"{}" if content.body is None else content.body, **known)
        choice: dict[str, Any] = {"index": 0, "finish_reason": finish, "logprobs": None}
        if "prompt" in body:
            prompt, own = str(body["prompt"]), "" if most == 0 and body.get("echo") else text
            echo = bool(body.get("echo")) and self._settings.echo != "ignored"
            text = prompt + own if echo else own
            choice["text"] = text
            if body.get("logprobs") is not None:
                given = prompt if echo and self._settings.echo == "whole" else None
                choice["logprobs"] = completion_logprobs(given, own)
        else:
            choice["message"] = {"role": "assistant", "content": text, "refusal": None}
            if body.get("logprobs"):
                choice["logprobs"] = chat_logprobs(text)
        whole = {
            "id": f"cmpl-{next(self._number)}",
            "object": "text_completion" if "prompt" in body else "chat.completion",
            "created": int(time.time()),
            "model": f"{body.get('model', '')}-2026-01-01",
            "system_fingerprint": FINGERPRINT,
            "choices": [choice],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "total_tokens": prompt_tokens + completion_tokens,
            },
        }
        return Answer(200, orjson.dumps(whole), **known, text=text)


def error(status: int, message: str, code: str = "") -> Answer:
    """An error as OpenAI writes it."""
    kind = "invalid_request_error" if 400 <= status < 500 and status != 429 else "server_error"
    kind = "rate_limit_error" if status == 429 else kind
    body = {"error": {"message": message, "type": kind, "param": None, "code": code or None}}
    return Answer(status, orjson.dumps(body))


def tokens_of(text: str) -> int:
    """Tokens: a quarter of the bytes."""
    return (len(text.encode("utf-8", "replace")) + 3) // 4


def _prompt(body: Mapping[str, Any]) -> str:
    if "prompt" in body:
        return str(body["prompt"])
    return "\n".join(str(message.get("content") or "") for message in body.get("messages") or ())
