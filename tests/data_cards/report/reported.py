"""Made-up releases for the page: documents drawn with plain Python, counted with plain polars."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.manifest import Counts, LanguageCounts, Manifest, SelectedLanguage, SelectionRecord, StageRecord, Usage
from tests.data_cards.selected import TEXTS

HOSTILE = (
    "</div></article></details></script></main><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
    "\x1b[2J\x1b[31mred\x00\u202eevil\u2066\u2028 &amp; <!-- {{ 7 * 7 }} {% raw %} ]]> \" ' `code` | "
    '=HYPERLINK("https://x.example") <style>*{display:none}</style> javascript:window.ran=3'
)
SIZES = {"arb_Arab": 90, "tha_Thai": 60, "jpn_Jpan": 50, "amh_Ethi": 40, "yor_Latn": 30, "hin_Deva": 12}
LEAST_WORDS = {"tha_Thai": 30.0}
MOST_HASHES = 0.1
RULES = {
    "language": {"language_uncertain": "The identifier is not sure"},
    "length": {"too_few_words": "Too short to be a document"},
    "symbols": {"too_many_hashes": "Tag clouds, or code"},
    "dedup": {"near_duplicate": "Nearly the same text stays once"},
}
Tables = dict[str, pl.DataFrame]


def least_words(language: str) -> float:
    return LEAST_WORDS.get(language, 50.0)


def documents(sizes: Mapping[str, int] = SIZES, seed: int = 1) -> pl.DataFrame:
    """Documents with scores; their reasons follow from the scores."""
    draw = random.Random(seed)
    rows = []
    for language, many in sizes.items():
        for number in range(many):
            words = float(draw.randint(5, 400))
            hashes = 0.0 if draw.random() < 0.6 else draw.random() / 5
            reasons = ["language_uncertain"] * (number % 11 == 3)
            reasons += ["too_few_words"] * (words < least_words(language))
            reasons += ["too_many_hashes"] * (hashes > MOST_HASHES)
            reasons = reasons or ["near_duplicate"] * (number % 7 == 0)
            rows.append(
                {
                    "id": f"{language[:3]}-{number:03d}",
                    "language": language,
                    "declared": "eng_Latn" if number % 13 == 5 else language,
                    "words": words,
                    "hashes": hashes,
                    "reasons": reasons,
                    "text": f"{number}. {TEXTS.get(language, 'Some text.')}",
                    "cluster": 1 + (number % 5 == 1) * (number % 4),
                }
            )
    return pl.DataFrame(rows, schema_overrides={"reasons": pl.List(pl.String)})


def release(
    rows: pl.DataFrame | None = None, *, text: str | None = None, name: str = "made_up", dead: int = 4
) -> tuple[Manifest, Tables]:
    """Manifest and tables of some documents.

    Args:
        rows: from `documents`.
        text: of every document, and every other name that comes from outside.
        name: of the recipe.
        dead: dead rows.
    """
    rows = documents() if rows is None else rows
    if text is not None:
        rows = rows.with_columns(pl.lit(text).alias("text"))
    tables = _counted(rows, text)
    tables |= _derived(text)
    if text is not None:
        strange = pl.lit(text).alias
        tables["confusion"] = tables["confusion"].with_columns(strange("declared"))
        tables["selection"] = tables["selection"].with_columns(strange("stratum"))
        tables["samples"] = tables["samples"].with_columns(*(strange(n) for n in ("id", "source", "url", "twin_id")))
    return _manifest(rows, text, name, dead), tables


def _manifest(rows: pl.DataFrame, text: str | None, name: str, dead: int) -> Manifest:
    kept = pl.col("reasons").list.len() == 0
    by_language = {}
    for language, read, released in (
        rows.group_by("language").agg(pl.len(), kept.sum().alias("kept")).sort("language").iter_rows()
    ):
        by_language[language] = LanguageCounts(input=read, released_sources=released, rejected=read - released)
    by_language["und_Zyyy"] = LanguageCounts(input=dead, dead=dead)
    first = (
        rows.filter(~kept).group_by(pl.col("reasons").list.first().alias("reason"), "language").len().sort("language")
    )
    by_stage: dict[str, dict[str, int]] = {}
    for stage, reasons in RULES.items():
        for reason, language, many in first.iter_rows():
            if reason in reasons:
                by_stage.setdefault(stage, {})[language] = many
    carried = rows.explode("reasons").drop_nulls("reasons").group_by("reasons").len().sort("reasons")
    released = rows.filter(kept).height
    counts = Counts(
        input=rows.height + dead,
        released_sources=released,
        rejected=rows.height - released,
        dead=dead,
        by_language=by_language,
        rejected_by_reason=dict(carried.iter_rows()),
        rejected_by_stage=by_stage,
        dead_by_error={text or "null_text": dead},
    )
    counts.check()
    stages = [
        StageRecord(name=stage, kind="Measure", version=1, summary="", parameters={}, rules=rules)
        for stage, rules in RULES.items()
    ]
    stages.append(
        StageRecord(name="translation", kind="Derive", version=1, summary="", parameters={}, rules={"low_bleu": "Lost"})
    )
    usage = Usage(
        stage="translation",
        role="back",
        model=text or "model",
        requests=3,
        prompt_tokens=5,
        completion_tokens=7,
        dollars=0.5,
    )
    selected = SelectedLanguage(documents=9, competed=8, kept=4, share=0.5, threshold=0.25, notice=None)
    return Manifest(
        name=name,
        title=text or "Made up",
        recipe={},
        recipe_sha256="0",
        counts=counts,
        sources=[],
        stages=stages,
        models={"model": text or "v1"},
        libraries={"polars": "2"},
        usage=[usage],
        selection=[
            SelectionRecord(
                stage="quality",
                reason="low_quality",
                score="quality",
                combine=None,
                strata=[],
                warnings=[text or "arb_Arab: much goes"],
                by_language=dict.fromkeys(by_language, selected),
            )
        ],
    )


def _counted(rows: pl.DataFrame, text: str | None) -> Tables:
    limit = pl.col("language").replace_strict(LEAST_WORDS, default=50.0, return_dtype=pl.Float64)
    distributions = []
    for stage, reason, score, keep, threshold in (
        ("length", "too_few_words", "words", "at_least", limit),
        ("symbols", "too_many_hashes", "hashes", "at_most", pl.lit(MOST_HASHES)),
    ):
        counted = rows.group_by("language", pl.col(score).alias("value")).agg(
            pl.len().cast(pl.Int64).alias("documents")
        )
        names = [
            pl.lit(v).alias(n)
            for n, v in (("stage", stage), ("reason", reason), ("score", score), ("keep", keep), ("source", "web"))
        ]
        distributions.append(counted.with_columns(*names, threshold.alias("threshold")))
    rejected = rows.filter(pl.col("reasons").list.len() > 0)
    flat = rejected.with_columns(
        pl.col("reasons").list.first().alias("first"), (pl.col("reasons").list.len() == 1).alias("alone")
    ).explode("reasons")
    reasons = flat.group_by("language", pl.col("reasons").alias("reason")).agg(
        pl.len().cast(pl.Int64).alias("documents"),
        (pl.col("reasons") == pl.col("first")).sum().cast(pl.Int64).alias("first"),
        pl.col("alone").sum().cast(pl.Int64),
    )
    kept = rows.filter(pl.col("reasons").list.len() == 0)
    both = [kept.with_columns(kind=pl.lit("documents")), rejected.with_columns(kind=pl.lit("rejected"))]
    return {
        "distributions": pl.concat(distributions, how="diagonal").sort("reason", "language", "value"),
        "reasons": reasons.sort("language", "reason"),
        "languages": kept.group_by("language")
        .agg(
            pl.col("text").str.len_chars().cast(pl.Int64).sum().alias("characters"),
            pl.col("words").cast(pl.Int64).sum(),
        )
        .with_columns(kind=pl.lit("documents"))
        .sort("language"),
        "tokens": kept.group_by("language")
        .agg(pl.len().cast(pl.Int64).alias("tokens"))
        .with_columns(tokenizer=pl.lit(text or "tok")),
        "clusters": kept.group_by("language", pl.col("cluster").cast(pl.Int64).alias("size"))
        .agg(pl.len().cast(pl.Int64).alias("clusters"))
        .sort("language", "size"),
        "confusion": pl.concat(both)
        .group_by("declared", "language", "kind")
        .agg(pl.len().cast(pl.Int64).alias("documents"))
        .sort("declared", "language", "kind"),
        "selection": _strata(rows),
        "samples": _samples(kept, rejected),
    }


def _strata(rows: pl.DataFrame) -> pl.DataFrame:
    found = [
        {"stage": "quality", "reason": "low_quality", "language": language, "dimension": "length", "stratum": stratum,
         "documents": 9, "competed": 8, "kept": kept, "passed": 4, "not_judged": 0, "mean_score": 0.5}
        for language in rows["language"].unique().sort()
        for stratum, kept in (("0-99", 3), ("100-", 5))
    ]  # fmt: skip
    return pl.DataFrame(found)


SAMPLES = {
    "kind": pl.String, "reason": pl.String, "language": pl.String, "id": pl.String, "source": pl.String,
    "url": pl.String, "text": pl.String, "characters": pl.Int64, "parent_text": pl.String, "back_text": pl.String,
    "reasons": pl.List(pl.String), "twin_id": pl.String, "score": pl.String, "value": pl.Float64, "scores": pl.String,
    "draw": pl.UInt64,
}  # fmt: skip


def _samples(kept: pl.DataFrame, rejected: pl.DataFrame) -> pl.DataFrame:
    scores = {"too_few_words": "words", "too_many_hashes": "hashes"}
    found: list[dict[str, Any]] = []
    for row in kept.group_by("language", maintain_order=True).head(20).iter_rows(named=True):
        found.append(_sample(row, "documents", None))
    flat = rejected.with_columns(pl.col("reasons").alias("reason")).explode("reason")
    for row in flat.group_by("reason", maintain_order=True).head(20).iter_rows(named=True):
        score = scores.get(row["reason"])
        found.append({**_sample(row, "rejected", row["reason"]), "score": score, "value": row.get(score or "")})
    return pl.DataFrame(found, schema=SAMPLES)


def _sample(row: dict[str, Any], kind: str, reason: str | None) -> dict[str, Any]:
    return {
        "kind": kind, "reason": reason, "language": row["language"], "id": row["id"], "source": "web", "url": None,
        "text": row["text"], "characters": len(row["text"]), "reasons": row["reasons"] or None, "draw": 1,
    }  # fmt: skip


def _derived(text: str | None) -> Tables:
    gates = [
        {"stage": "translation", "reason": "low_bleu", "score": "bleu", "keep": "at_least",
         "language": "eng_Latn>yor_Latn", "value": value, "threshold": 30.0, "kind": kind, "rows": rows}
        for value, kind, rows in ((10.0, "quarantine", 3), (55.0, "derived", 5), (None, "quarantine", 2))
    ]  # fmt: skip
    ways = [
        {"stage": "translation", "source_language": "eng_Latn", "language": "yor_Latn", "id": f"way-{number}",
         "kind": "derived" if number % 2 else "quarantine", "bleu": 10.0 + 7 * number, "chrf": 20.0 + 6 * number,
         "similarity": None, "length_ratio": 1.0, "draw": number}
        for number in range(8)
    ]  # fmt: skip
    samples = [
        {"kind": kind, "reason": reason, "language": "yor_Latn", "id": "way-1", "source": None, "url": None,
         "text": text or TEXTS["yor_Latn"], "characters": None, "parent_text": text or "The pupils sing.",
         "back_text": text or "Pupils are singing.", "reasons": [reason] if reason else None, "twin_id": None,
         "score": None, "value": None, "scores": '{"bleu": 31.5, "chrf": 44}', "draw": 1}
        for kind, reason in (("derived", None), ("quarantine", "low_bleu"))
    ]  # fmt: skip
    return {
        "gates": pl.DataFrame(gates),
        "round_trips": pl.DataFrame(ways, schema_overrides={"draw": pl.UInt64, "similarity": pl.Float64}),
        "derived_samples": pl.DataFrame(samples, schema=SAMPLES),
    }


def whole(manifest_and_tables: tuple[Manifest, Tables]) -> tuple[Manifest, Tables]:
    """With the samples of derived rows among the others."""
    manifest, tables = manifest_and_tables
    rows = tables.pop("derived_samples")
    return manifest, {**tables, "samples": pl.concat([tables["samples"], rows])}


def many(languages: int, rules: int, values: int = 6) -> tuple[Manifest, Tables]:
    """A release of many languages and rules, each with 20 long texts."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    labels = [f"{letters[n // 676]}{letters[n // 26 % 26]}{letters[n % 26]}_Latn" for n in range(languages)]
    manifest, tables = whole(release(documents(dict.fromkeys(labels, 3))))
    grid = pl.DataFrame({"language": labels}).join(pl.DataFrame({"rule": range(rules)}), how="cross")
    grid = grid.join(pl.DataFrame({"value": [n / values for n in range(values)]}), how="cross")
    tables["distributions"] = grid.select(
        pl.lit("length").alias("stage"), (pl.lit("reason_") + pl.col("rule").cast(pl.String)).alias("reason"),
        pl.lit("score").alias("score"), pl.lit("at_least").alias("keep"), pl.lit("web").alias("source"), "language",
        "value", pl.lit(7).cast(pl.Int64).alias("documents"), pl.lit(0.25).alias("threshold"),
    )  # fmt: skip
    long = "ገበሬው በጠዋት ተነስቶ ወደ እርሻው ሄደ። " * 40
    texts = [
        {**dict.fromkeys(SAMPLES), "kind": kind, "reason": reason, "language": label, "id": f"{label}-{n}",
         "text": long[:1_000], "characters": 1_000, "reasons": [reason] if reason else None, "draw": n}
        for kind, reason, label, count in [
            *(("documents", None, label, 1) for label in labels[:1_000]),
            *(("rejected", f"reason_{n}", labels[n], 20) for n in range(rules)),
        ]
        for n in range(count)
    ]  # fmt: skip
    tables["samples"] = pl.DataFrame(texts, schema=SAMPLES)
    return manifest, tables
