"""Every figure on a card, counted again from the release's files with polars and pyarrow alone."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml

from tests import running
from tests.pipelines.beam.test_derive import Translator, _recipe

Table = list[list[str]]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    content = running.quickstart()
    content["release"]["splits"] = {"train": 0.8, "test": 0.2}
    running.run(content, folder)
    return folder / "out"


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("derived-figures")
    server = Translator()
    server.garbage = lambda text: len(text) % 3 == 0
    try:
        running.run(_recipe(folder, server), folder)
    finally:
        server.close()
    return folder / "out"


def _tables(out: Path) -> dict[str, Table]:
    """Tables of the card by the heading that they stand under and their own first two heads."""
    found: dict[str, Table] = {}
    heading, held = "", None
    for line in (out / "README.md").read_text(encoding="utf-8").split("\n"):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not line.startswith("|"):
            held = None
        elif held is None:
            cells = _cells(line)
            held = found.setdefault(f"{heading}: {', '.join(cells[:2])}", [])
        elif not re.fullmatch(r"[|\-: ]+", line):
            held.append(_cells(line))
    return found


def _cells(line: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", cell.strip()).strip("`") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def _number(cell: str) -> float:
    return float(cell.replace(",", ""))


def _read(files: list[Path]) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(file) for file in files], how="diagonal") if files else pl.DataFrame()


def _rows(out: Path, kind: str) -> pl.DataFrame:
    data = sorted((out / "data").rglob("*.parquet"))
    if kind == "documents":
        return _read([file for file in data if "-" not in file.parent.name])
    if kind == "derived":
        return _read([file for file in data if "-" in file.parent.name])
    return _read(sorted((out / kind).glob("*.parquet")))


def _by_language(frame: pl.DataFrame) -> Counter[str]:
    if frame.is_empty() or "language" not in frame.columns:
        return Counter({"und_Zyyy": frame.height} if frame.height else {})
    return Counter(frame["language"].fill_null("und_Zyyy").to_list())


@pytest.mark.parametrize("release", ["documents", "derived"])
def test_rows(release: str, request: pytest.FixtureRequest) -> None:
    out = request.getfixturevalue(release)
    tables = _tables(out)
    counted = {kind: _rows(out, kind) for kind in ("documents", "rejected", "dead", "derived", "dead/quarantine")}
    came = sum(counted[kind].height for kind in ("documents", "rejected", "dead"))
    told = [int(_number(row[1])) for row in tables["Rows: Rows, Number"]]
    assert told == [came, *(counted[kind].height for kind in counted)]
    by = {kind: _by_language(frame) for kind, frame in counted.items()}
    for _, label, *cells in tables["By language: Language, Label"]:
        numbers = [int(_number(cell)) for cell in cells]
        own = {kind: by[kind][label] for kind in by}
        assert numbers == [own["documents"] + own["rejected"] + own["dead"], *own.values()], label
    assert sum(_number(row[2]) for row in tables["By language: Language, Label"]) == came


def test_released_text(documents: Path) -> None:
    kept, gone, dead = (_rows(documents, kind) for kind in ("documents", "rejected", "dead"))
    came = _by_language(kept) + _by_language(gone) + _by_language(dead)
    duplicates = gone.filter(
        pl.col("reasons").list.set_intersection(["exact_duplicate", "near_duplicate"]).list.len() > 0
    )
    table = _tables(documents)["Released text: Language, Label"]
    assert {row[1] for row in table} == set(_by_language(kept) + _by_language(gone))
    for _, label, rows, characters, words, size, duplicate, rejected, confidence in table:
        own = kept.filter(language=label)
        assert _number(rows) == own.height
        assert _number(characters) == own["text"].str.len_chars().sum()
        assert _number(size) == own["text"].str.len_bytes().sum()
        assert duplicate == f"{_by_language(duplicates)[label] / came[label]:.1%}"
        assert rejected == f"{_by_language(gone)[label] / came[label]:.1%}"
        if not own.height:
            assert (words, confidence) == ("–", "–")
            continue
        assert _number(words) == own["word_count"].sum()
        assert float(confidence) == pytest.approx(_down(_place(own["language_confidence"], 0.5)))


def _place(values: pl.Series, share: float) -> float:
    held = values.drop_nulls().sort()
    return float(held[max(1, math.ceil(share * len(held))) - 1])


def _down(value: float) -> float:
    """Rounded down to three significant digits, and four decimals."""
    decimals = min(4, 2 - math.floor(math.log10(abs(value)))) if value else 4
    return math.floor(value * 10**decimals + 1e-9) / 10**decimals


def test_quality(documents: Path) -> None:
    kept = _rows(documents, "documents")
    table = _tables(documents)["Quality: Language, Label"]
    assert len(table) == kept.filter(pl.col("quality").is_not_null())["language"].n_unique()
    for _, label, score, *cells in table:
        values = kept.filter(language=label)[score]
        for cell, share in zip(cells, (0.05, 0.25, 0.5, 0.75, 0.95), strict=True):
            assert float(cell) == pytest.approx(_down(_place(values, share))), (label, share)


def test_reasons(documents: Path) -> None:
    gone = _rows(documents, "rejected")
    carried = Counter(reason for reasons in gone["reasons"] for reason in reasons)
    tables = _tables(documents)
    told = tables["Rejected by reason: Reason, Documents"]
    assert {row[0]: int(_number(row[1])) for row in told} == carried
    assert all(row[2] != "–" for row in told)
    came = sum((_by_language(_rows(documents, kind)) for kind in ("documents", "rejected", "dead")), Counter())
    for _, label, rows, shares in tables["Rejected by reason: Language, Label"]:
        assert _number(rows) == came[label]
        own = gone.with_columns(pl.col("language").fill_null("und_Zyyy")).filter(language=label)
        counts = Counter(reason for reasons in own["reasons"] for reason in reasons)
        for part in shares.split("; "):
            if part.endswith(" more"):
                assert int(part.split()[0]) == len(counts) - 5
                continue
            reason, share = part.rsplit(" ", 1)
            assert share == f"{counts[reason] / came[label]:.1%}"


def test_configs_and_splits(documents: Path) -> None:
    rows = {row[0]: [int(_number(cell)) for cell in row[1:]] for row in _tables(documents)["Loading: Config, Rows"]}
    counted: dict[str, list[int]] = {}
    for file in [*(documents / "data").rglob("*.parquet"), *documents.glob("*/part-*.parquet")]:
        name = file.parent.name
        held = counted.setdefault(name, [0, 0, 0])
        for at, value in enumerate((pq.read_metadata(file).num_rows, 1, file.stat().st_size)):
            held[at] += value
    assert rows == counted
    matter = yaml.safe_load((documents / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    for info in matter["dataset_info"]:
        for split in info["splits"]:
            folder = documents / "data" / info["config_name"]
            files = (
                folder.glob(f"{split['name']}-*.parquet")
                if folder.is_dir()
                else (documents / info["config_name"]).glob("*.parquet")
            )
            assert split["num_examples"] == sum(pq.read_metadata(file).num_rows for file in files)


def test_edits_errors_and_planted_verdicts(documents: Path) -> None:
    tables = _tables(documents)
    rows = pl.concat([_rows(documents, kind) for kind in ("documents", "rejected")], how="diagonal")
    for column, total in tables["Edits: What changed, Sum over all documents"]:
        assert _number(total) == rows[column].sum()
    errors = Counter(_rows(documents, "dead")["error"])
    assert {row[0]: int(_number(row[1])) for row in tables["Dead by error: Error, Rows"]} == errors


def test_derived_rows(derived: Path) -> None:
    kept, gone = _rows(derived, "derived"), _rows(derived, "dead/quarantine")
    table = _tables(derived)["Derived rows: Stage, Language"]
    assert len(table) >= 4
    for stage, _, label, operator, accepted, quarantined, reasons, *medians in table:
        own = kept.filter(stage=stage, language=label, operator=operator)
        lost = gone.filter(stage=stage, language=label, operator=operator)
        assert [_number(accepted), _number(quarantined)] == [own.height, lost.height]
        counts = Counter(reason for given in lost["reasons"] for reason in given)
        told = (
            {}
            if reasons == "–"
            else {p.rsplit(" ", 1)[0]: int(_number(p.rsplit(" ", 1)[1])) for p in reasons.split(", ")}
        )
        assert told == counts
        scores = [json.loads(text) for text in own["scores"]]
        for name, cell in zip(("bleu", "chrf", "similarity", "judged"), medians, strict=True):
            values = pl.Series([one[name] for one in scores if one.get(name) is not None], dtype=pl.Float64)
            if cell == "–":
                assert not len(values)
            else:
                assert float(cell) == pytest.approx(values.median(), abs=0.051)


def test_what_the_answers_cost(derived: Path) -> None:
    rows = pl.concat([_rows(derived, kind).select("stage", "exchanges") for kind in ("derived", "dead/quarantine")])
    asked = rows.explode("exchanges").unnest("exchanges").unique(["stage", "role", "model", "key"])
    told = _tables(derived)["What the answers cost: Stage, Role"]
    counted = {
        (stage, role, model): [n, sent, came]
        for stage, role, model, n, sent, came in asked.group_by("stage", "role", "model")
        .agg(pl.len(), pl.col("prompt_tokens").sum().alias("sent"), pl.col("completion_tokens").sum().alias("came"))
        .iter_rows()
    }
    assert {tuple(row[:3]): [int(_number(cell)) for cell in row[3:6]] for row in told} == counted
