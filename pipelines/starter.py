"""The commented recipe that `glotmill init` writes: made from the catalogue, so it is never out of date."""

from __future__ import annotations

import re
from typing import Any

import yaml

from pipelines import catalogue
from schemas.recipe import Client, Rehydration, Release, Source
from schemas.stage import Stage

# The order in which stages make sense; others follow by name.
_ORDER = (
    "normalise",
    "boilerplate",
    "repeated_lines",
    "c4_lines",
    "private_data",
    "language",
    "gopher_quality",
    "gopher_repetition",
    "fineweb_quality",
    "c4_quality",
    "markup",
    "lists",
    "keyword_spam",
    "readability",
    "url_list",
    "word_list",
    "datatrove",
    "decontamination",
    "decontaminated_spans",
    "quality",
    "machine_text",
    "toxicity",
    "tokens",
    "url_dedup",
    "exact_dedup",
    "minhash",
    "semantic_dedup",
    "questions",
    "translation",
    "parallel",
    "rewriting",
    "completion",
)
# Shown as comments: they take lines out, want lists, filters, benchmarks or a model of yours, or an LLM.
OFFERED = frozenset(
    {
        "boilerplate", "repeated_lines", "c4_lines", "c4_quality", "url_list", "word_list", "datatrove",
        "decontamination", "decontaminated_spans", "machine_text", "toxicity", "tokens", "semantic_dedup", "questions",
        "translation", "parallel", "rewriting", "completion",
    }
)  # fmt: skip


def recipe(name: str) -> str:
    """A whole recipe with every stage and parameter, those with a default as comments.

    Args:
        name: any text; what a recipe's name may not hold becomes a dash.
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "recipe"
    found = catalogue.stages()
    names = [n for n in _ORDER if n in found] + [n for n in found if n not in _ORDER]
    parts = [
        f"# A Glotmill recipe. Check it with `glotmill check FILE`, run it with `glotmill run FILE`.\n"
        f"# What is commented out shows the value that holds when nothing is said.\n"
        f"name: {_inline(name)}\ndescription: What this dataset is for.\n",
        "# Where the text is. Several sources: write `sources:` and a name for each.\nsource:\n"
        "  paths: sample://documents/*.jsonl   # yours: data/*.jsonl.gz, crawl/*.warc.gz, hf://datasets/…\n"
        + _fields(Source, 2, skip=("paths",)),
        "# Stages in order: Edit and Measure, then deduplication, then the LLM's.\n"
        "# A threshold is a number, or differs by language and source:\n"
        "#   min_words: {default: 50, tha_Thai: 30, sources: {forum: 20}}\nstages:\n"
        + "\n".join(_stage(found[n]) for n in names),
        f"# Earlier releases, whose documents are left out of this one.\n# against: [release/{name}-1]\n",
        "# Sampling weights for what was copied.\n# rehydration:\n" + _commented(_fields(Rehydration, 2)),
        "# The LLM of the translation and rewriting stages.\n# client:\n" + _commented(_fields(Client, 2)),
        "# What is released.\nrelease:\n  title: A title for the card\n" + _fields(Release, 2, skip=("title",)),
    ]
    return "\n".join(parts)


def _stage(stage: Stage) -> str:
    head = f"  # {stage.summary}.\n  {stage.name}:\n"
    if stage.name == "quality":
        head += "    train_on: sample://quality/*.jsonl   # or `model:`, a folder from `glotmill train-quality`\n"
    body = _fields(stage.params, 4, skip=("train_on",) if stage.name == "quality" else ())
    if stage.name in OFFERED:
        return _commented(head + body, indent=2)
    return head + body


def _fields(model: Any, indent: int, skip: tuple[str, ...] = ()) -> str:
    pad = " " * indent
    lines = []
    for name, info in model.model_fields.items():
        if name in skip:
            continue
        default = None if info.is_required() else _plain(info.get_default(call_default_factory=True))
        value = "…" if info.is_required() else _inline(default)
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        unit = f" ({extra['unit']})" if "unit" in extra else ""
        lines.append(f"{pad}# {info.description}{unit}\n{pad}# {name}: {value}\n")
    return "".join(lines)


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return list(value) if isinstance(value, tuple) else value


def _inline(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000).strip()
    text = text.removesuffix("...").strip()
    if len(text) > 100 and isinstance(value, dict) and "default" in value:
        return (
            f"{{default: {value['default']}, …}}   # and {len(value) - 1} languages of its own, see `glotmill schema`"
        )
    return text


def _commented(text: str, indent: int = 0) -> str:
    """Every line that is not a comment as a comment."""
    out = []
    for line in text.splitlines():
        bare = line.lstrip()
        out.append(line if bare.startswith("#") or not bare else f"{line[: len(line) - len(bare)]}# {bare}")
    return "\n".join(out) + "\n"
