"""Releases with a selection, made with plain polars: what the card, the page and the command must agree with."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from schemas.manifest import (
    Counts,
    LanguageCounts,
    Manifest,
    ReleasedFile,
    SelectedLanguage,
    SelectionRecord,
    SourceRecord,
    StageRecord,
)

WHY = "Scored lower than the share that its language keeps"
TEXTS = {
    "arb_Arab": "تمشي القافلة في الصحراء ليلاً وتهتدي بالنجوم. وفي الصباح يصنع الأطفال خبزًا على النار.",
    "tha_Thai": "แมวสีดำนอนหลับอยู่บนหลังคาบ้าน ส่วนเด็กหญิงอ่านหนังสือใต้ต้นมะม่วง และฝนก็เริ่มตกลงมาเบา ๆ",
    "jpn_Jpan": "港の町では、朝早くから魚の市が立ちます。「今日は鯛が安いよ」と、おばあさんが笑いました。",
    "amh_Ethi": "ገበሬው በጠዋት ተነስቶ ወደ እርሻው ሄደ፤ ልጆቹም ውኃ ከወንዝ ቀዱ። ከሰዓት በኋላ ዝናብ ዘነበ።",
    "yor_Latn": "Àwọn ọmọ ilé ẹ̀kọ́ ń kọrin ní àárọ̀, ìyá wọn sì ń ta ẹ̀wà ní ọjà.",
    "hin_Deva": "नदी के किनारे एक बूढ़ा नाविक अपनी नाव की मरम्मत कर रहा था और पुराने गीत गा रहा था।",
}
SIZES = {"arb_Arab": 90, "tha_Thai": 60, "jpn_Jpan": 50, "amh_Ethi": 40, "yor_Latn": 30, "hin_Deva": 12}
SHARES = {"arb_Arab": 0.5, "tha_Thai": 0.5, "jpn_Jpan": 0.3, "amh_Ethi": 0.8, "yor_Latn": 0.9, "hin_Deva": 0.5}
FEWEST = 20
BANDS = (100, 500)


def documents(seed: int = 1) -> pl.DataFrame:
    """Documents of six languages from two sources; the site `forum.example` has low scores."""
    draw = random.Random(seed)
    rows = []
    for language, many in SIZES.items():
        for number in range(many):
            site = draw.choice(["news.example", "forum.example", None])
            rows.append(
                {
                    "id": f"{language[:3]}-{number:03d}",
                    "language": language,
                    "text": " ".join([f"{number}.", *[TEXTS[language]] * draw.choice([1, 2, 9, 30])]),
                    "source": draw.choice(["web", "books"]),
                    "domain": site,
                    "quality": draw.uniform(0.0, 0.4 if site == "forum.example" else 1.0),
                    "others": ["too_short"] if draw.random() < 0.1 else [],
                }
            )
    return pl.DataFrame(rows, schema_overrides={"others": pl.List(pl.String), "domain": pl.String})


def judged(rows: pl.DataFrame, shares: Mapping[str, float] = SHARES) -> pl.DataFrame:
    """The documents with `competed` and `kept`."""
    parts = []
    for (language,), part in rows.group_by("language", maintain_order=True):
        competed = part["others"].list.len() == 0
        best = part.filter(competed).sort("quality", descending=True)["quality"]
        stay = best.len() if best.len() < FEWEST else round(shares[str(language)] * best.len())
        cut = best[stay - 1]
        parts.append(
            part.with_columns(competed.alias("competed"), (competed & (pl.col("quality") >= cut)).alias("kept"))
        )
    return pl.concat(parts)


def strata(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of selection.parquet."""
    length = pl.col("text").str.len_chars()
    band = pl.when(length < BANDS[0]).then(pl.lit(f"0-{BANDS[0] - 1}"))
    band = band.when(length < BANDS[1]).then(pl.lit(f"{BANDS[0]}-{BANDS[1] - 1}")).otherwise(pl.lit(f"{BANDS[1]}-"))
    by = {"language": pl.col("language"), "domain": pl.col("domain"), "length": band, "source": pl.col("source")}
    parts = [
        rows.group_by("language", stratum.fill_null("(none)").alias("stratum")).agg(
            pl.lit(name).alias("dimension"),
            pl.len().cast(pl.Int64).alias("documents"),
            pl.col("competed").sum().cast(pl.Int64),
            pl.col("kept").sum().cast(pl.Int64),
            pl.col("kept").sum().cast(pl.Int64).alias("passed"),
            pl.col("quality").filter("competed").mean().alias("mean_score"),
        )
        for name, stratum in by.items()
    ]
    order = ["language", pl.col("dimension") != "language", "dimension", -pl.col("documents"), "stratum"]
    names = ["stage", "reason", "language", "dimension", "stratum", "documents", "competed", "kept", "passed"]
    return (
        pl.concat(parts)
        .with_columns(pl.lit("quality").alias("stage"), pl.lit("low_quality").alias("reason"))
        .sort(*order)
        .select(*names, "mean_score")
    )


def record(rows: pl.DataFrame, warnings: list[str], shares: Mapping[str, float] = SHARES) -> SelectionRecord:
    """What the manifest says."""
    found = {}
    for (language,), part in sorted(rows.group_by("language"), key=lambda item: str(item[0])):
        few = int(part["competed"].sum()) < FEWEST
        found[str(language)] = SelectedLanguage(
            documents=part.height,
            competed=int(part["competed"].sum()),
            kept=int(part["kept"].sum()),
            share=shares[str(language)],
            threshold=None if few else part.filter("kept")["quality"].min(),  # type: ignore[arg-type]
            notice=f"{part['competed'].sum()} documents compete, fewer than {FEWEST}: all stay." if few else None,
        )
    return SelectionRecord(
        stage="quality", reason="low_quality", score="quality", combine=None, strata=[], by_language=found,
        warnings=warnings,
    )  # fmt: skip


def release(
    folder: Path, rows: pl.DataFrame, *, rejected_text: bool = True, warnings: list[str] | None = None,
    shares: Mapping[str, float] = SHARES,
) -> Manifest:  # fmt: skip
    """Write a release with a selection; returns its manifest."""
    rows = judged(rows, shares)
    cut = rows.filter("kept").group_by("language").agg(pl.col("quality").min().alias("cut"))
    below = pl.when(~pl.col("kept") & (pl.col("quality") < pl.col("cut"))).then(pl.lit("low_quality"))
    final = rows.join(cut, on="language", how="left").with_columns(
        pl.concat_list("others", below).list.drop_nulls().alias("reasons")
    )
    plain = ["id", "text", "source", "language", "quality"]
    files = []
    for (language,), part in sorted(final.filter("kept").group_by("language"), key=lambda item: str(item[0])):
        half = -(-part.height // 2)
        for number, piece in enumerate((part[:half], part[half:])):
            path = f"data/{language}/train-{number:05d}-of-00002.parquet"
            if piece.height:
                files.append(_written(folder, path, piece.select(plain).sort("id"), str(language)))
    gone = final.filter(~pl.col("kept")).sort("id").select(*plain, "reasons")
    path = "rejected/part-00000-of-00001.parquet"
    files.append(_written(folder, path, gone if rejected_text else gone.drop("text"), "rejected"))
    files.append(_written(folder, "selection.parquet", strata(rows), None))
    by_language = {
        str(language): LanguageCounts(
            input=part.height, released_sources=int(part["kept"].sum()), rejected=int((~part["kept"]).sum())
        )
        for (language,), part in sorted(rows.group_by("language"), key=lambda item: str(item[0]))
    }
    manifest = Manifest(
        name="small",
        title="Small release",
        recipe={"name": "small", "source": {"paths": "in.jsonl"}, "stages": {"quality": {}}},
        recipe_sha256="ab" * 32,
        counts=Counts(
            input=rows.height,
            released_sources=int(rows["kept"].sum()),
            rejected=int((~rows["kept"]).sum()),
            by_language=by_language,
        ),
        sources=[SourceRecord(name="web", licence=None, homepage=None, files=1, rows=rows.height)],
        stages=[
            StageRecord(
                name="quality", kind="measure", version=1, summary="Scores.", parameters={}, rules={"low_quality": WHY}
            )
        ],
        models={},
        libraries={},
        selection=[record(rows, warnings or [], shares)],
        files=files,
    )
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def _written(folder: Path, path: str, rows: pl.DataFrame, config: str | None) -> ReleasedFile:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(target, row_group_size=17)  # several row groups
    content = target.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return ReleasedFile(
        path=path, config=config, rows=rows.height if config else None, bytes=len(content), sha256=digest
    )


def read(folder: Path, kind: str) -> pl.DataFrame:
    """All rows of a folder of the release."""
    return pl.concat([pl.read_parquet(file) for file in sorted((folder / kind).rglob("*.parquet"))])


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest as anyone would read it."""
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
