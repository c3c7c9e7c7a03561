"""Language identification: labels, scripts, what is mixed, and which model is asked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError
from stories import STORIES, texts

from filters.language import STAGE, Params, in_script, letters_by_script, main_script
from schemas import sample
from schemas.errors import SourceError

REVISION = "0123456789abcdef0123456789abcdef01234567"


def scores(*items: str | None, **params: Any) -> list[dict[str, Any]]:
    given = Params(**params)
    return STAGE.measure(texts(*items), given, STAGE.open(given)).to_dicts()


SAMPLE = sorted((sample.folder() / "documents").glob("*.jsonl"))


@pytest.mark.parametrize("file", SAMPLE, ids=[file.stem for file in SAMPLE])
def test_the_languages_of_the_sample(file: Path) -> None:
    rows = [json.loads(line) for line in file.read_bytes().split(b"\n") if line]
    clean = [row for row in rows if row["fault"] is None and row["expected_language"] == file.stem]
    assert len(clean) >= 5
    for row, came in zip(clean, scores(*(row["text"] for row in clean)), strict=True):
        assert came["language"] == file.stem, row["id"]
        assert 0.5 <= came["language_confidence"] <= 1 and 0 <= came["language_share"] <= 1
        assert came["language_margin"] <= came["language_confidence"]


def test_there_are_24_languages_in_the_sample() -> None:
    assert len(SAMPLE) == 24


@pytest.mark.parametrize("script", [name for name in STORIES if name != "Burmese"])
def test_a_sentence_in_every_script(script: str) -> None:
    label, text = STORIES[script]
    (came,) = scores(text)
    assert came["language"] == label
    assert came["script"] == {"Jpan": "Kana", "Hans": "Hani"}.get(label[4:], label[4:])


def test_serbian_keeps_the_script_it_is_written_in() -> None:
    cyrillic, latin = scores(
        "Влада Републике Србије усвојила је уредбу о екавском изговору у уџбеницима, рекао је министар просвете.",
        "Vlada Republike Srbije usvojila je uredbu o ekavskom izgovoru u udžbenicima, rekao je ministar prosvete.",
    )
    assert (cyrillic["language"], cyrillic["script"]) == ("srp_Cyrl", "Cyrl")
    assert latin["language"][4:] == "Latn" and latin["language"][:3] in ("srp", "hrv", "bos")  # one language, nearly


def test_a_label_takes_the_script_of_the_text() -> None:
    latin = pl.Series(["Ovo je rečenica na srpskom jeziku."])
    given = pl.Series("language", ["srp_Cyrl"])
    assert in_script(given, letters_by_script(latin)).to_list() == ["srp_Latn"]
    half = pl.Series(["Ово је реченица. And then a longer piece of English follows here."])
    assert in_script(given, letters_by_script(half)).to_list() == ["srp_Cyrl"], "a tenth of the letters is enough"
    for label in ("jpn_Jpan", "zho_Hans", "zho_Hant", "und_Zyyy"):
        text = pl.Series(["漢字かな" if label == "jpn_Jpan" else "漢字"])
        assert in_script(pl.Series("language", [label]), letters_by_script(text)).to_list() == [label]
    # A language with one script keeps it: a page of code in a Japanese manual makes no Japanese in Latin letters.
    for label in ("jpn_Jpan", "fra_Latn", "kor_Hang"):
        other = pl.Series(["Только кириллица"])
        assert in_script(pl.Series("language", [label]), letters_by_script(other)).to_list() == [label]


def test_japanese_with_much_han_and_with_none() -> None:
    much = "東京都知事選挙投票日決定。選挙管理委員会発表の日程では、投票は七月七日、開票は同日夜に行われる予定。"
    katakana = "コンピューターソフトウェアダウンロードサービスノセツメイ"
    chinese = "东京都知事选举投票日已经决定。选举管理委员会公布的日程显示，投票在七月七日进行。"
    came = scores(much, katakana, chinese)
    assert [row["language"] for row in came] == ["jpn_Jpan", "jpn_Jpan", "zho_Hans"]
    assert [row["script"] for row in came] == ["Kana", "Kana", "Hani"]


def test_mixed_texts_have_a_lower_share() -> None:
    french = "Le facteur a laissé la lettre sous la porte, et le chat l'a trouvée avant nous ce matin. "
    english = "The postman left the letter under the door, and the cat found it before we did this morning. "
    pure, mixed, tinged = scores(french * 6, french * 3 + english * 3, french * 9 + english)
    assert pure["language"] == tinged["language"] == "fra_Latn"
    assert pure["language_share"] > 0.95 and pure["language_second"] is None
    assert mixed["language_share"] < 0.7 and {mixed["language"], mixed["language_second"]} == {"fra_Latn", "eng_Latn"}
    assert mixed["language_margin"] < 0.3
    assert 0.7 < tinged["language_share"] < 0.98 and tinged["language_second"] == "eng_Latn"


@pytest.mark.parametrize("text", ["", "   ", " \n\t"])
def test_an_empty_text_is_undetermined(text: str) -> None:
    assert scores(text) == [
        {
            "language": "und_Zyyy",
            "language_confidence": 0.0,
            "language_second": None,
            "language_margin": 0.0,
            "language_share": 0.0,
            "script": None,
        }
    ]


@pytest.mark.parametrize("text", ["12345 67890", "😀😀😀", "\u0301\u0301", "... --- ...", "ⲀⲂⲄⲆⲈ ⲍⲏⲑⲓⲕ ⲗⲙⲛⲝⲟ"])
def test_nobody_is_sure_of_no_language(text: str) -> None:
    (came,) = scores(text)
    assert came["language"] == "und_Zyyy" and came["language_confidence"] == 0


def test_null_and_what_cld2_refuses_give_nulls() -> None:
    null, refused, good = scores(None, "noncharacters \ufffe \uffff \U0010ffff", STORIES["Greek"][1])
    assert set(null.values()) == {None}
    assert refused["language"] is None and refused["language_confidence"] is None and refused["language_share"] is None
    assert good["language"] == "ell_Grek"


def test_a_long_document_is_read_in_three_places() -> None:
    """A page whose middle and end are in other languages than its head is seen to be mixed."""
    head, middle, tail = (STORIES[script][1] + " " for script in ("Latin", "Cyrillic", "Thai"))
    long = head * 400 + middle * 400 + tail * 400
    (came,) = scores(long, sample_bytes=3_000)
    assert came["language_share"] < 0.6
    (one_language,) = scores(head * 1200, sample_bytes=3_000)
    assert one_language["language"] == "fra_Latn" and one_language["language_share"] > 0.95


def test_rows_are_not_mixed_up_where_some_are_long() -> None:
    long, short = STORIES["Cyrillic"][1] * 300, STORIES["Greek"][1]
    came = scores(short, long, None, short, "", long, sample_bytes=1_000)
    assert [row["language"] for row in came] == ["ell_Grek", "rus_Cyrl", None, "ell_Grek", "und_Zyyy", "rus_Cyrl"]


def test_scripts() -> None:
    text = pl.Series([*(story for _, story in STORIES.values()), "123", "", None])
    found = main_script(letters_by_script(text)).to_list()
    kana = {"Jpan": "Kana", "Hans": "Hani"}
    assert found[:-3] == [kana.get(label[4:], label[4:]) for label, _ in STORIES.values()]
    assert found[-3:] == [None, None, None]


# --- rules ----------------------------------------------------------------------------------------------------------


def test_reasons_and_limits() -> None:
    assert STAGE.reasons == ("language_uncertain", "mixed_languages", "language_not_wanted")
    assert Params().min_confidence.for_row("x", "fra_Latn") == 0.5 and Params().min_share.for_row("x", "y") == 0.7


def test_wanted_languages_become_labels() -> None:
    assert Params(wanted=["fr", "zh-TW", "swa", "fra"]).wanted == ["fra_Latn", "swh_Latn", "zho_Hant"]
    with pytest.raises(ValidationError, match="'xx' is not a language code"):
        Params(wanted=["xx"])


# --- models ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A fastText identifier, trained here. Its labels are written as different models write them."""
    import fasttext

    folder = tmp_path_factory.mktemp("identifier")
    labels = {"Latin": "fra_Latn", "Cyrillic": "ru", "Greek": "ell_Grek", "Thai": "th"}
    rows = folder / "rows.txt"
    lines = [
        f"__label__{label} {piece}"
        for script, label in labels.items()
        for piece in (STORIES[script][1], STORIES[script][1][::2], STORIES[script][1][:40])
    ]
    rows.write_text("\n".join(lines * 20), encoding="utf-8")
    trained = fasttext.train_supervised(
        str(rows), dim=8, epoch=20, minn=1, maxn=3, bucket=2_000, thread=1, verbose=0, minCount=1
    )
    path = folder / "model.bin"
    trained.save_model(str(path))
    return str(path)


def test_a_fasttext_model_by_path(model: str) -> None:
    stories = [STORIES[script][1] for script in ("Latin", "Cyrillic", "Greek", "Thai")]
    came = scores(*stories, None, "", model="fasttext", path=model)
    assert [row["language"] for row in came] == ["fra_Latn", "rus_Cyrl", "ell_Grek", "tha_Thai", None, "und_Zyyy"]
    for row in came[:4]:
        assert 0.5 < row["language_confidence"] <= 1 and row["language_second"] not in (None, row["language"])
        assert row["language_share"] == 1.0
    mixed = scores(f"{stories[0]}\n{stories[1]}", model="fasttext", path=model)[0]
    assert 0.3 < mixed["language_share"] < 0.7


def test_the_fingerprint_is_the_digest_of_the_file(model: str) -> None:
    digest = hashlib.sha256(Path(model).read_bytes()).hexdigest()
    assert STAGE.fingerprint(Params(model="fasttext", path=model)) == {"model.bin": digest}
    assert STAGE.fingerprint(Params(model="fasttext", path=model, sha256=digest)) == {"model.bin": digest}
    assert list(STAGE.fingerprint(Params())) == ["cld2"]


def test_another_digest_than_the_recipes_stops(model: str) -> None:
    with pytest.raises(SourceError, match=r"stages\.language: the model file has SHA-256 [0-9a-f]{64}, but .* 00ff"):
        STAGE.fingerprint(Params(model="fasttext", path=model, sha256="00ff"))


def test_a_path_that_is_no_file_stops(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not a file"):
        STAGE.open(Params(model="fasttext", path=str(tmp_path / "none.bin")))


def test_a_hub_model_is_asked_for_at_its_revision(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def download(repo: str, file: str, *, revision: str) -> str:
        asked.append((repo, file, revision))
        return model

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    params = Params(model="fasttext", hub="someone/identifier", hub_file="lid.bin", revision=REVISION)
    assert list(STAGE.fingerprint(params)) == ["someone/identifier"]
    assert asked == [("someone/identifier", "lid.bin", REVISION)]


@pytest.mark.parametrize("revision", [None, "main", "v1.0", "0123abc", REVISION.upper()])
def test_a_hub_model_without_a_full_commit_is_refused(revision: str | None) -> None:
    with pytest.raises(ValidationError, match="needs `revision`, the full commit"):
        Params(model="fasttext", hub="cis-lmu/glotlid", revision=revision)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"model": "fasttext"}, "either `path` or `hub`"),
        ({"model": "fasttext", "path": "a", "hub": "b/c", "revision": REVISION}, "either `path` or `hub`"),
        ({"path": "a"}, "go with `model: fasttext`"),
        ({"hub": "a/b"}, "go with `model: fasttext`"),
        ({"model": "langid"}, "'cld2' or 'fasttext'"),
        ({"sample_bytes": 0}, "greater than 0"),
    ],
)
def test_parameters_that_do_not_fit_together(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Params(**params)
