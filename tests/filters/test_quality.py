"""The quality classifier: the same rows give the same weights; a folder holds a model; wrong rows say what is wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from filters import _segments
from filters._fasttext_quality import CARD, MODEL, QualityModel, Training, digest, features, read_rows, train
from filters.quality import STAGE, Params, train_from
from schemas.errors import SourceError

SMALL = Training(dimension=8, epochs=10)
HIGH = [
    "The bridge was built of local stone in the last century, and each spring the river shows its old marks.",
    "Salt is won by leading sea water through a row of shallow basins until crystals form on the ground.",
    "Le pont a été construit en pierre du pays, et chaque printemps la rivière en montre les marques.",
    "海边的盐田由许多浅池组成，海水在阳光和风里慢慢变浓，最后结出晶体。",
    "น้ำทะเลไหลผ่านบ่อตื้นหลายบ่อจนเกิดเกลือขึ้นที่พื้น ชาวนาเกลือจึงกวาดเก็บไว้",
    "Соль добывают так: морскую воду ведут через мелкие бассейны, пока на дне не появятся кристаллы.",
]
LOW = [
    "BUY NOW!!! CHEAP CHEAP 50% OFF click https://shop.example.com 💥💥💥 LIMITED!!!",
    "free free free download!!! best price $9 $8 $7 www.example.com call me",
    "ACHETEZ MAINTENANT !!! -70% 💥 cliquez https://example.com PROMO PROMO PROMO",
    "点击领取！！！免费免费免费 99% 💥💥 https://example.com 限时限时",
    "ลดราคา!!! ด่วนด่วนด่วน 50% 💥 https://example.com คลิกเลย",
    "СКИДКИ!!! ТОЛЬКО СЕГОДНЯ 90% 💥 жми https://example.com БЕСПЛАТНО",
]


def rows() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "text": [f"{text} {i}" for i in range(3) for text in (*HIGH, *LOW)],
            "label": [label for _ in range(3) for label in ["high"] * 6 + ["low"] * 6],
            "language": [None] * 36,
        },
        schema={"text": pl.String, "label": pl.String, "language": pl.String},
    )


def write(path: Path, items: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return str(path)


def sha256(folder: Path) -> str:
    return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality") / "model"
    train(rows(), SMALL, folder)
    return folder


def test_the_same_rows_give_the_same_weights(home: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        card = train(rows().sample(fraction=1, shuffle=True, seed=seed), SMALL, tmp_path / str(seed))
        assert sha256(tmp_path / str(seed)) == sha256(home) == card["sha256"]
    again = (tmp_path / "1" / CARD).read_bytes()
    assert again == (home / CARD).read_bytes()


def test_other_rows_or_parameters_give_others(home: Path, tmp_path: Path) -> None:
    train(rows().head(30), SMALL, tmp_path / "fewer")
    train(rows(), SMALL.model_copy(update={"dimension": 9}), tmp_path / "longer")
    assert len({sha256(home), sha256(tmp_path / "fewer"), sha256(tmp_path / "longer")}) == 3


def test_the_card(home: Path) -> None:
    card = json.loads((home / CARD).read_text(encoding="utf-8"))
    assert card["rows"] == {"high": 18, "low": 18}
    assert card["training"] == SMALL.model_dump(mode="json")
    assert card["data_digest"] == digest(rows(), SMALL)
    assert 0 < card["held_out"]["rows"] < 36
    assert [file.name for file in sorted(home.iterdir())] == [CARD, MODEL], "no temporary file is left"


def test_a_folder_is_a_model(home: Path) -> None:
    params = Params(model=str(home))
    assert STAGE.prepare(params, Path("/nowhere")) is params
    assert STAGE.fingerprint(params) == {"model": sha256(home)}
    texts = pl.Series("text", [HIGH[0], LOW[0], None, "", HIGH[3], LOW[3]], dtype=pl.String)
    frame = pl.DataFrame({"text": texts, "words": _segments.cut_words(texts)})
    found = STAGE.measure(frame, params, STAGE.open(params))["quality"].to_list()
    assert found[2] is None and 0 <= found[3] <= 1
    assert found[0] > 0.8 > 0.2 > found[1] and found[4] > 0.8 > 0.2 > found[5]
    assert found == [None if q is None else round(q, 6) for q in found]


def test_train_on_rows_before_the_run(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", rows().head(20).to_dicts())
    write(tmp_path / "b.jsonl", rows().slice(20).to_dicts())
    params = Params(train_on=[str(tmp_path / "*.jsonl")], training=SMALL)
    assert STAGE.fingerprint(params) == {"labelled rows": digest(rows(), SMALL)}
    ready = STAGE.prepare(params, tmp_path / "models")
    assert ready.model is not None and sha256(Path(ready.model)) == sha256(home)
    stamp = (Path(ready.model) / MODEL).stat().st_mtime_ns
    assert STAGE.prepare(params, tmp_path / "models") == ready
    assert (Path(ready.model) / MODEL).stat().st_mtime_ns == stamp, "the model that is there is used again"
    assert train_from([str(tmp_path / "*.jsonl")], SMALL, tmp_path / "other")["sha256"] == sha256(home)


def test_the_digest_changes_with_what_a_model_is_made_from() -> None:
    given = rows()
    changed = [
        given,
        given.with_columns(pl.col("text") + "!"),
        given.with_columns(
            pl.when(pl.col("label") == "high").then(pl.lit("low")).otherwise(pl.lit("high")).alias("label")
        ),
        given.head(35),
        pl.concat([given, given.head(1)]),
    ]
    digests = [digest(one, SMALL) for one in changed]
    digests += [
        digest(given, SMALL.model_copy(update={"seed": 2})),
        digest(given, SMALL.model_copy(update={"epochs": 11})),
    ]
    assert len(set(digests)) == len(digests)
    assert digest(given.reverse(), SMALL) == digests[0]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([{"text": "a", "label": "good"}, {"text": "b", "label": "low"}], "label 'good' in 1 rows: it is high or low"),
        ([{"text": "a", "label": "high"}, {"text": "b", "label": None}], "label None in 1 rows"),
        ([{"text": "a", "label": "high"}, {"text": "b"}], "label None in 1 rows"),
        ([{"text": "a", "label": "high"}, {"text": None, "label": "low"}], "both labels"),
        ([{"text": "a", "label": "high"}], "both labels, high and low; only one came"),
        ([{"text": "a", "quality": 1}], "no column label; it has text, quality"),
        ([{"content": "a", "label": "high"}], "no column text; it has content, label"),
        ([{"body": "a"}], "no column label, text"),
    ],
)
def test_rows_that_cannot_be_learnt_from(tmp_path: Path, items: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_rows([write(tmp_path / "rows.jsonl", items)])


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text("not json\n", encoding="utf-8")
    for file in ("broken.jsonl", "none.jsonl"):
        with pytest.raises(SourceError, match=f"cannot read labelled rows from .*{file}"):
            read_rows([str(tmp_path / file)])
    with pytest.raises(SourceError, match="no file matches what was given"):
        STAGE.fingerprint(Params(train_on=[str(tmp_path / "*.json")]))


def test_a_language_column_that_is_null_in_one_file(tmp_path: Path) -> None:
    one = write(tmp_path / "a.jsonl", [{"text": "a", "label": "high", "language": None}])
    two = write(tmp_path / "b.jsonl", [{"text": "b", "label": "low", "language": "fra_Latn"}])
    three = write(tmp_path / "c.jsonl", [{"text": "c", "label": "low"}])
    assert read_rows([one, two, three])["language"].to_list() == [None, "fra_Latn", None]


@pytest.mark.parametrize("missing", [CARD, MODEL, "both"])
def test_a_folder_without_a_model(home: Path, tmp_path: Path, missing: str) -> None:
    for name in (CARD, MODEL):
        if missing not in (name, "both"):
            (tmp_path / name).write_bytes((home / name).read_bytes())
    params = Params(model=str(tmp_path))
    for act in (STAGE.fingerprint, STAGE.open):
        with pytest.raises(SourceError, match=r"no model in .* Train one with `glotmill train-quality"):
            act(params)


def test_a_model_with_older_features(home: Path, tmp_path: Path) -> None:
    (tmp_path / MODEL).write_bytes((home / MODEL).read_bytes())
    card = json.loads((home / CARD).read_text(encoding="utf-8"))
    (tmp_path / CARD).write_text(json.dumps({**card, "features": 0}), encoding="utf-8")
    with pytest.raises(SourceError, match="trained with features 0, this version makes 2"):
        QualityModel(str(tmp_path))


@pytest.mark.parametrize("given", [{}, {"model": "a", "train_on": "b"}])
def test_one_model_and_not_two(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give either `model`"):
        Params(**given)


def test_features_in_every_script() -> None:
    text = pl.Series(
        ["Kaufen SIE JETZT! 50% 😀 www.example.com", "买！？ 100元 ￥5", "सस्ता ५०", None, "a\nb"], dtype=pl.String
    )
    assert features(text, _segments.cut_words(text)) == [
        "kaufen sie jetzt ! 50 % 😀 www.example.com zzcaps zzcaps zzexcl zznum zzcur zzpict zzlink",
        "买 ！ ？ 100 元 ￥ 5 zzexcl zzquest zznum zznum zzcur",
        "सस्ता ५० zznum",
        "",
        "a b",
    ]


def test_reasons() -> None:
    assert STAGE.reasons == ("low_quality", "below_min_quality")
    given = Params(model="x")
    assert given.share.for_row("web", "fra_Latn") == 0.9 and given.min_quality.for_row("web", "fra_Latn") is None
