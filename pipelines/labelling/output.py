"""What labelling writes: labelled rows, rows between high and low, documents without a label, and a summary.

Rows are in the order of language, source and id. Everything follows from the sample and the replies, so the same
replies give the same bytes, whether they came now or from the cache.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from pipelines import storage
from pipelines.labelling.asking import Asking, pairs
from pipelines.labelling.excerpt import excerpt
from pipelines.labelling.sample import Sample
from pipelines.labelling.strata import BANDS, Size
from schemas.errors import OutputError
from translators.labelling import prompt
from translators.labelling.agreement import agreement
from translators.labelling.answers import WHYS

LABELS, BETWEEN, UNLABELLED, SUMMARY = "labels.jsonl", "between.jsonl", "unlabelled.jsonl", "labels.json"
_DIGITS = 4


@dataclass(frozen=True)
class Rows:
    """Rows by the file that they go into."""

    labels: list[dict[str, Any]]
    between: list[dict[str, Any]]
    unlabelled: list[dict[str, Any]]

    def files(self) -> dict[str, list[dict[str, Any]]]:
        """The files by name."""
        return {LABELS: self.labels, BETWEEN: self.between, UNLABELLED: self.unlabelled}


def rows(asking: Asking) -> Rows:
    """Every document of a sample in one of three lists."""
    rubric, spec = asking.rubric, asking.spec
    made = Rows([], [], [])
    how = {
        "model": spec.model,
        "rubric": rubric.name,
        "rubric_version": rubric.version,
        "prompt_sha256": prompt.sha256(rubric, spec.form),
    }
    columns = ("text", "language", "source", "id", "why")
    for row, (text, language, source, id, why) in enumerate(asking.rows.select(columns).iter_rows()):
        where = {"language": language, "source": source, "id": id}
        outcome = asking.outcomes.get((row, 0))
        score = None if outcome is None else outcome.read.score
        if outcome is None or score is None:
            found = why or (outcome.read.why if outcome is not None else "not_asked")
            told = {
                "text": text,
                **where,
                "why": found,
                "raw": outcome.raw if outcome is not None else None,
                "model_returned": outcome.model or None if outcome is not None else None,
                "request": outcome.key or None if outcome is not None else None,
                **how,
            }
            made.unlabelled.append(told)
            continue
        label = rubric.label(score)
        told = {
            "text": text,
            "label": label,
            "score": score,
            **where,
            "reason": outcome.read.reason or "",  # never null: readers guess a column's type from the first rows
            "shown_characters": len(excerpt(text, rubric.shown)),
            "model_returned": outcome.model,
            "request": outcome.key,
            **how,
        }
        (made.between if label is None else made.labels).append(told)
    return made


def summary(sample: Sample, size: Size, asking: Asking, made: Rows) -> dict[str, Any]:
    """What was asked, what came of it, by language, and what it cost."""
    rubric, spec, price = asking.rubric, asking.spec, asking.cap.price
    usage = asking.usage
    whys = Counter(row["why"] for row in made.unlabelled)
    models = Counter(one.model for one in asking.outcomes.values() if one.model)
    drawn = Counter(asking.rows.select("language", "source", "band").iter_rows())
    return {
        "rubric": {
            "name": rubric.name,
            "version": rubric.version,
            "sha256": rubric.sha256(),
            "prompt_sha256": prompt.sha256(rubric, spec.form),
            "high_from": rubric.high_from,
            "low_to": rubric.low_to,
        },
        "client": {
            **spec.model_dump(include={"model", "form", "temperature", "seed", "max_tokens"}),
            "endpoint": asking.endpoint,
            "models_returned": dict(sorted(models.items())),
        },
        "sample": {
            **asdict(size),
            "input_xxh3_128": sample.digest,
            "documents": sample.documents,
            "blank": sample.blank,
            "dead": sample.dead,
            "language_from": sample.origins,
            "bands_from_characters": [0, *BANDS],
            "strata": [
                {"language": language, "source": source, "band": band, "documents": n, "drawn": drawn[key]}
                for key, n in sample.strata.items()
                for language, source, band in [key]
            ],
        },
        "documents": asking.rows.height,
        "asked": sum(number == 0 for _, number in asking.outcomes),
        "labelled": len(made.labels) + len(made.between),
        **_verdicts(made),
        "unlabelled": {why: whys[why] for why in WHYS if whys[why]},
        "by_language": _by_language(made),
        "agreement": _agreement(asking),
        "tokens": {"requests": len(asking.outcomes), "prompt": usage.prompt, "completion": usage.completion},
        "dollars": None
        if price is None
        else {
            "prompt_per_million": price.prompt,
            "completion_per_million": price.completion,
            "spent": round(price.dollars(usage.prompt, usage.completion), 6),
        },
    }


def _verdicts(made: Rows) -> dict[str, int]:
    labels = Counter(row["label"] for row in made.labels)
    return {"high": labels["high"], "between": len(made.between), "low": labels["low"]}


def _by_language(made: Rows) -> dict[str, Any]:
    of: dict[str, Rows] = defaultdict(lambda: Rows([], [], []))
    for name, every in (("labels", made.labels), ("between", made.between), ("unlabelled", made.unlabelled)):
        for row in every:
            getattr(of[row["language"]], name).append(row)
    return {language: _figures(of[language]) for language in sorted(of)}


def _figures(made: Rows) -> dict[str, Any]:
    scores = Counter(row["score"] for row in (*made.labels, *made.between))
    count = sum(scores.values())
    return {
        "labelled": count,
        **_verdicts(made),
        "unlabelled": len(made.unlabelled),
        "mean_score": round(sum(score * n for score, n in scores.items()) / count, _DIGITS) if count else None,
        "scores": {f"{score:g}": scores[score] for score in sorted(scores)},
    }


def _agreement(asking: Asking) -> dict[str, Any] | None:
    """Agreement of the documents that were asked about again, over all and by language; None where none was."""
    if asking.again.answers < 2:
        return None
    languages = asking.rows["language"]
    by_language: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row, first, later in pairs(asking):
        by_language[languages[row]].append((first, later))
    every = [pair for _, found in sorted(by_language.items()) for pair in found]
    return {
        "answers": asking.again.answers,
        "share": asking.again.share,
        "documents": len({row for row, number in asking.outcomes if number}),
        **_agreed(every),
        "by_language": {language: _agreed(found) for language, found in sorted(by_language.items())},
    }


def _agreed(found: list[tuple[float, float]]) -> dict[str, Any]:
    told = agreement([first for first, _ in found], [later for _, later in found])
    return {
        "pairs": told.pairs,
        "exact": None if told.exact is None else round(told.exact, _DIGITS),
        "quadratic_weighted_kappa": None if told.kappa is None else round(told.kappa, _DIGITS),
    }


def check(out: str, asking: Asking) -> None:
    """Whether labels may be written into a folder.

    Raises:
        OutputError: there are labels of another rubric or model.
    """
    path = storage.join(out, SUMMARY)
    if not storage.exists(path):
        return
    there = storage.read_json(path)
    try:
        before = (there["rubric"]["sha256"], there["client"]["form"], there["client"]["model"])
        name = there["rubric"]["name"]
    except (KeyError, TypeError) as error:
        raise OutputError(f"{path} is not a summary of labels. Give another folder with --out.") from error
    if before != (asking.rubric.sha256(), asking.spec.form, asking.spec.model):
        raise OutputError(
            f"{out} holds labels by the rubric {name} and the model {before[2]}, and these would be others. Give "
            "another folder with --out, or --force to replace them."
        )


def write(out: str, made: Rows, told: Mapping[str, Any]) -> dict[str, Any]:
    """Write all files, the summary last.

    Args:
        out: folder, any address that fsspec knows.
        made: the rows.
        told: the summary.

    Returns:
        The summary with rows and SHA-256 of each file.
    """
    written = {name: _write_lines(storage.join(out, name), every) for name, every in made.files().items()}
    whole = {**told, "files": written}
    storage.write_json(storage.join(out, SUMMARY), whole)
    return whole


def _write_lines(path: str, every: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    digest = hashlib.sha256()
    count = 0
    with storage.atomic(path) as temporary, storage.open_write(temporary) as handle:
        for row in every:
            line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
            handle.write(line)
            digest.update(line)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}
