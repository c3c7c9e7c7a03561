"""A translation with its proof: there, free gates, back by a model that sees the translation alone, metrics, a judge.

Free gates come first, so that nothing is spent on proving what is wrong already; the judge comes last, and only where
the round trip leaves a doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from schemas import languages
from schemas.recipe import Role
from schemas.stage import Rule, StageParams
from translators.flow import verdict
from translators.flow.material import Material, Result
from translators.flow.scribe import Scribe
from translators.flow.verdict import Scores
from translators.flow.work import Asked, Cutting, Done, work
from translators.gates import registry
from translators.gates.gate import Pair
from translators.gates.glossary import glossary_kept
from translators.knowledge.glossary import Entry
from translators.llm.request import BadAnswer, NoAnswer, RequestTooLong
from translators.metrics.bleu import sentence_bleu
from translators.metrics.chrf import sentence_chrf
from translators.metrics.signatures import Metric, signature
from translators.prompts import judge
from translators.prompts.prompt import Prompt
from translators.prompts.translate import Aids, Draft, translate

_JUDGE_TOKENS = 160
_METRICS: tuple[Metric, ...] = ("bleu", "chrf")


class Knowledge(Protocol):
    """What a translation can go by; see `translators.knowledge.kit`."""

    def entries(self, text: str, source: str, target: str) -> tuple[Entry, ...]:
        """Entries of the glossary that a text needs."""
        ...

    def known(self, text: str, source: str, target: str) -> str | None:
        """The translation of a text where a memory holds one."""
        ...

    def examples(self, text: str, source: str, target: str) -> tuple[tuple[str, str], ...]:
        """Translations of similar texts."""
        ...

    def similarity(self, one: str, other: str) -> float | None:
        """Cosine similarity of two texts of one language; None where the model knows too little of them."""
        ...

    def estimate(self, source: str, target: str, source_language: str, target_language: str) -> float | None:
        """Estimated quality of a translation."""
        ...

    @property
    def has_embedding(self) -> bool:
        """Whether similarity can be told."""
        ...

    @property
    def has_estimator(self) -> bool:
        """Whether quality can be estimated."""
        ...


@dataclass(frozen=True)
class Route:
    """From where to where, and what a translation is held against.

    Args:
        source: label of the text's language.
        target: label of the language to translate into.
        source_name: name of the row's source in the recipe.
        rules: of the stage.
        params: of the stage, with the limits.
        cutting: how texts are cut and protected.
        prove_all: whether translations that break a free gate go back too.
        judge_below: chrF++ of the round trip up to which a judge is asked; None for never.
    """

    source: str
    target: str
    source_name: str
    rules: Sequence[Rule]
    params: StageParams
    cutting: Cutting
    prove_all: bool = False
    judge_below: float | None = None

    @property
    def pair(self) -> str:
        """Label of the language pair."""
        return languages.pair(self.source, self.target)

    def broken(self, scores: Mapping[str, float | None]) -> list[str]:
        """Every limit that the scores break."""
        return verdict.broken(scores, self.rules, self.params, self.source_name, self.pair)


@dataclass
class Attempt:
    """What became of a translation.

    Args:
        result: the text and the record; None where no answer could be read.
        scores: of all gates.
        reasons: every limit that it breaks, or what failed.
        back_text: the way back; None where it was not made.
        signatures: of each metric.
        raw: the answer that could not be read.
    """

    result: Result | None
    scores: Scores = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    back_text: str | None = None
    signatures: dict[str, str] = field(default_factory=dict)
    raw: str | None = None


async def attempt(
    material: Material,
    route: Route,
    scribe: Scribe,
    knowledge: Knowledge,
    role: Role = "translate",
    draft: Draft | None = None,
) -> Attempt:
    """Translate once, and prove it.

    Args:
        material: what is translated.
        route: from where to where.
        scribe: who asks and writes down.
        knowledge: what the translation can go by.
        role: whose model translates.
        draft: an earlier translation to mend.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    form = scribe.spec(role).form

    def fill(asked: Asked) -> Prompt:
        whole = "\n".join(asked.segments)
        terms = knowledge.entries(whole, route.source, route.target)
        examples = knowledge.examples(whole, route.source, route.target)
        aids = Aids(tuple((one.source, one.target) for one in terms), asked.before, examples)
        return translate(
            asked.text, route.source, route.target, form, layout=asked.layout, mark=asked.mark, aids=aids, draft=draft
        )

    def known(text: str) -> str | None:
        return knowledge.known(text, route.source, route.target)

    step = "translate" if draft is None else "repair"
    try:
        done = await work(material.texts, route.source, scribe, role, step, fill, route.cutting, known)
    except BadAnswer as error:
        return failed(error)
    made = Attempt(material.put_together(done.texts))
    assert made.result is not None
    if not made.result.text.strip():
        made.reasons = ["no_answer"]
        return made
    made.scores = free_scores(material, made.result, done, route)
    entries = knowledge.entries(material.text, route.source, route.target)
    if entries:
        pair = Pair(material.text, made.result.text, route.source, route.target)
        made.scores["glossary_kept"] = glossary_kept(pair, entries)
    return await prove(made, material, route, scribe, knowledge)


async def prove(
    made: Attempt, material: Material, route: Route, scribe: Scribe, knowledge: Knowledge | None = None
) -> Attempt:
    """Hold a translation against its limits; if it passes, translate it back, and hold that against them too.

    Args:
        made: the translation with the scores of the free gates.
        material: what was translated.
        route: from where to where.
        scribe: who asks and writes down.
        knowledge: an embedding, an estimator; None for neither.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    made.reasons = route.broken(made.scores)
    if made.reasons and not route.prove_all:
        # Nobody asked: not measured is not passed, should a limit be loosened later.
        made.scores.update(bleu=None, chrf=None)
        return made
    try:
        await _prove(made, material, route, scribe, knowledge)
    except BadAnswer as error:
        return failed(error, made)
    made.reasons = route.broken(made.scores)
    return made


def failed(error: BadAnswer, made: Attempt | None = None) -> Attempt:
    """The attempt whose answer could not be read."""
    made = made or Attempt(None)
    made.reasons = [reason_of(error)]
    made.raw = error.raw or str(error)
    return made


def reason_of(error: BadAnswer) -> str:
    """The reason of a row without an answer."""
    return {RequestTooLong: "too_long", NoAnswer: "timed_out"}.get(type(error), "bad_answer")


def free_scores(material: Material, result: Result, done: Done, route: Route) -> Scores:
    """Scores of all gates that ask no model."""
    segments = [Pair(before, after, route.source, route.target) for before, after in done.segments]
    whole = [Pair(material.text, result.text, route.source, route.target)]
    return {
        "finished": done.finished,
        "placeholders_kept": done.whole,
        **verdict.worst(registry.OF_SEGMENTS, segments),
        **verdict.worst(registry.OF_TEXTS, whole),
        **result.scores,
    }


async def _prove(made: Attempt, material: Material, route: Route, scribe: Scribe, knowledge: Knowledge | None) -> None:
    """The way back, its metrics, and a judge where they leave a doubt; added to the attempt."""
    result = made.result
    assert result is not None
    form = scribe.spec("back").form

    def fill(asked: Asked) -> Prompt:
        # Nothing but the translation: a way back that knows the source proves nothing.
        return translate(
            asked.text,
            route.target,
            route.source,
            form,
            layout=asked.layout,
            mark=asked.mark,
            aids=Aids(before=asked.before),
        )

    back = await work(result.texts, route.target, scribe, "back", "back", fill, route.cutting)
    returned = material.rendered(back.texts)
    made.back_text = returned
    made.scores["finished"] = min(made.scores.get("finished", 1.0) or 0.0, back.finished)
    made.scores["bleu"] = sentence_bleu(returned, material.text, route.source)
    made.scores["chrf"] = sentence_chrf(returned, material.text)
    made.signatures = {name: signature(name, route.source) for name in _METRICS}
    same = [Pair(material.text, returned, route.source, route.source)]
    for gate in registry.OF_THE_WAY_BACK:
        # Only where the translation itself could not be looked at: the way back has faults of its own.
        if gate.name not in made.scores:
            made.scores.update(verdict.worst((gate,), same))
    if knowledge is not None and knowledge.has_embedding:
        made.scores["similarity"] = knowledge.similarity(material.text, returned)
    if knowledge is not None and knowledge.has_estimator:
        made.scores["estimate"] = knowledge.estimate(material.text, result.text, route.source, route.target)
    score = made.scores["chrf"]
    if (
        route.judge_below is not None
        and score is not None
        and score < route.judge_below
        and not route.broken(made.scores)
    ):
        prompt = judge.judge(material.text, result.text, route.source, route.target, scribe.spec("judge").form)
        reply = await scribe.ask("judge", "judge", prompt, room=_JUDGE_TOKENS, schema=judge.SCHEMA)
        made.scores["judged"] = judge.score(reply.text)


def parameters(scribe: Scribe, roles: Sequence[Role]) -> dict[str, Any]:
    """The sampling parameters of the roles that were asked."""
    said: dict[str, Any] = {}
    for role in roles:
        spec = scribe.spec(role)
        said[role] = {
            "model": spec.model,
            "form": spec.form,
            "temperature": spec.temperature,
            "seed": spec.seed,
            "max_tokens": spec.max_tokens,
        }
    return said
