"""Language identification: labels, scripts, what is mixed, and which model is asked."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from stories import STORIES, texts

from filters._identifiers import answer, labels
from filters._identifiers.answer import Row
from filters._identifiers.ensemble import Ensemble
from filters._identifiers.scripts import count as letters_by_script
from filters._identifiers.scripts import in_script
from filters._identifiers.scripts import main as main_script
from filters.language import STAGE, Params
from schemas import languages, sample
from schemas.errors import MissingPackage, SourceError

CLUSTERS = ["a", "é", "e\u0301", "กำ", "ที่", "नि", "क्षि", "한", "👩\u200d👩\u200d👧", "🇪🇹", "👍🏽", "字", " ", "א\u05b8"]
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
            "scripts": [],
            "language_as_declared": None,
        }
    ]


@pytest.mark.parametrize("text", ["12345 67890", "😀😀😀", "\u0301\u0301", "... --- ...", "ⲀⲂⲄⲆⲈ ⲍⲏⲑⲓⲕ ⲗⲙⲛⲝⲟ"])
def test_nobody_is_sure_of_no_language(text: str) -> None:
    (came,) = scores(text)
    assert came["language"] == "und_Zyyy" and came["language_confidence"] == 0


def test_null_gives_nulls_and_what_cld2_refuses_is_read_without() -> None:
    greek = STORIES["Greek"][1]
    null, refused, good = scores(None, f"\x02{greek}\ufffe\u0085 \U0010ffff", greek)
    assert set(null.values()) == {None}
    assert refused["language"] == good["language"] == "ell_Grek"


def test_a_long_document_is_read_in_three_places() -> None:
    """A page whose middle and end are in other languages than its head is seen to be mixed."""
    head, middle, tail = (STORIES[script][1] + " " for script in ("Latin", "Cyrillic", "Thai"))
    long = head * 400 + middle * 400 + tail * 400
    (came,) = scores(long, sample_bytes=3_000)
    assert came["language_share"] < 0.6
    (one_language,) = scores(head * 1200, sample_bytes=3_000)
    assert one_language["language"] == "fra_Latn" and one_language["language_share"] > 0.95


def test_a_megabyte_is_sampled() -> None:
    """What is read of it is no more than of a document of some kilobytes, in whatever script."""
    from filters._identifiers.sampling import sample

    long = pl.Series([STORIES["Thai"][1] * 6_000, (STORIES["Latin"][1] + " ") * 12_000])
    read = sample(long, 16_000, 8)
    assert all(12_000 < n <= 16_000 for n in read.str.len_bytes())
    assert [row["language"] for row in scores(*long)] == ["tha_Thai", "fra_Latn"]


@given(st.lists(st.sampled_from(CLUSTERS), min_size=30, max_size=120), st.integers(40, 200), st.integers(2, 5))
def test_a_sample_splits_no_grapheme(clusters: list[str], limit: int, pieces: int) -> None:
    from filters._identifiers.sampling import sample
    from filters._segments import cut_graphemes

    text = "".join(clusters)
    whole = set(cut_graphemes(pl.Series([text]))[0])
    for piece in sample(pl.Series([text]), limit, pieces)[0].split("\n"):
        assert set(cut_graphemes(pl.Series([piece]))[0]) <= whole


def test_a_sample_is_cut_at_lines_and_spaces() -> None:
    from filters._identifiers.sampling import sample

    lines = "".join(f"line {number:04} of the text\n" for number in range(400))
    assert set(sample(pl.Series([lines]), 1_000, 4)[0].split("\n")) <= {*lines.split("\n")}
    words = " ".join(f"word{number:04}" for number in range(400))
    assert set(sample(pl.Series([words]), 1_000, 4)[0].split()) <= {*words.split()}


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


def test_shares_of_scripts() -> None:
    latin, mixed, japanese, none = scores("abcd", "abc абв 12", "漢字かなカナ", "123 ...")
    assert latin["scripts"] == [{"script": "Latn", "share": 1.0}]
    assert mixed["scripts"] == [{"script": "Latn", "share": 0.5}, {"script": "Cyrl", "share": 0.5}]
    assert japanese["scripts"] == [{"script": "Kana", "share": 0.6667}, {"script": "Hani", "share": 0.3333}]
    assert none["scripts"] == [] and none["script"] is None


def test_every_character_is_counted_for_its_script() -> None:
    """The one pass over bytes against the property of each character, over all of Unicode."""
    import regex

    from filters._identifiers import scripts

    table = scripts.table()
    for point in range(0, 0x110000, 97):
        if 0xD800 <= point < 0xE000:
            continue
        found = table[point]
        if found:
            code = scripts.CODES[found - 1]
            names = "Hira|Kana" if code == "Kana" else code
            assert any(regex.fullmatch(rf"\p{{Script={one}}}", chr(point)) for one in names.split("|"))
        else:
            assert regex.fullmatch(r"[\p{Script=Zyyy}\p{Script=Zinh}\p{Script=Zzzz}]", chr(point)), hex(point)
    assert scripts.count(pl.Series(["aя漢𞤀"])).sum() == 4


def test_the_language_that_the_source_declared() -> None:
    french, serbian = STORIES["Latin"][1], "Влада Републике Србије усвојила је уредбу о екавском изговору у уџбеницима."
    frame = pl.DataFrame(
        {
            "text": [french, french, french, serbian, "123", None],
            "declared_language": ["fra_Latn", "deu_Latn", None, "srp_Latn", "fra_Latn", "fra_Latn"],
        }
    )
    came = STAGE.measure(frame, Params(), STAGE.open(Params()))["language_as_declared"]
    assert came.to_list() == [True, False, None, True, None, None], "the script is no part of it"


def test_a_language_that_cld2_does_not_know_is_not_taken_for_its_neighbour() -> None:
    """CLD2 puts Crimean Tatar into Turkish; such texts score lower than Turkish does."""
    tatar = (
        "Bütün insanlar serbestlik, menlik ve uquqlarda musaviy olıp dunyağa keleler. Olar aqıl ve vicdan saibidirler, "
        "ve biri-birilerinen qardaşçasına munasebette bulunmalıdırlar."
    )
    turkish = "Postacı mektubu kapının altına bıraktı ve kedi onu bizden önce buldu, sonra üstüne oturup uyudu."
    unknown, known = scores(tatar, turkish)
    assert unknown["language"] != "tur_Latn" or unknown["language_confidence"] < 0.6
    assert known["language"] == "tur_Latn" and known["language_confidence"] > 0.8


def test_below_a_confidence_the_language_is_undetermined() -> None:
    text = STORIES["Latin"][1]
    (sure,) = scores(text)
    (unsure,) = scores(text, undetermined_below=1.0)
    assert (unsure["language"], unsure["language_second"]) == ("und_Zyyy", "fra_Latn")
    assert unsure["language_confidence"] == sure["language_confidence"] and unsure["language_margin"] == 0


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
        ({"model": "langid"}, "'cld2', 'fasttext', 'heliport' or 'ensemble'"),
        ({"members": [{"model": "cld2"}]}, "goes with `model: ensemble`"),
        ({"model": "ensemble"}, "needs two `members` at least, but 0 came"),
        ({"model": "ensemble", "members": [{"model": "cld2"}]}, "needs two `members` at least, but 1 came"),
        ({"model": "ensemble", "members": [{"model": "cld2"}] * 2, "agree": 3}, "`agree` is 3, but there are 2"),
        ({"model": "ensemble", "members": [{"model": "cld2"}, {"model": "fasttext"}]}, "either `path` or `hub`"),
        ({"model": "ensemble", "members": [{"model": "cld2", "weight": 0}] * 2}, "greater than 0"),
        ({"sample_pieces": 1}, "greater than 1"),
        ({"undetermined_below": 1.5}, "less than or equal to 1"),
        ({"sample_bytes": 0}, "greater than 0"),
    ],
)
def test_parameters_that_do_not_fit_together(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Params(**params)


# --- folders, ensembles, extras -------------------------------------------------------------------------------------


def test_a_folder_with_a_model(model: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.bin").write_bytes(Path(model).read_bytes())
    params = Params(model="fasttext", path=str(folder))
    assert STAGE.fingerprint(params) == {"model.bin": hashlib.sha256(Path(model).read_bytes()).hexdigest()}
    assert scores(STORIES["Greek"][1], model="fasttext", path=str(folder))[0]["language"] == "ell_Grek"
    (folder / "card.json").write_text(json.dumps({"kind": "fasttext language identifier", "sha256": "00"}))
    with pytest.raises(SourceError, match=r"its card\.json says 00: the file was changed"):
        STAGE.fingerprint(params)
    with pytest.raises(SourceError, match=r"has no model\.bin"):
        STAGE.open(Params(model="fasttext", path=str(tmp_path)))


def test_a_file_that_is_no_identifier_stops(tmp_path: Path) -> None:
    import fasttext

    (tmp_path / "text.bin").write_text("no model")
    with pytest.raises(SourceError, match=r"text\.bin is not a fastText model"):
        STAGE.open(Params(model="fasttext", path=str(tmp_path / "text.bin")))
    (tmp_path / "rows.txt").write_text("__label__spamtext buy now\n__label__goodtext good day\n" * 20)
    other = fasttext.train_supervised(str(tmp_path / "rows.txt"), dim=4, thread=1, verbose=0)
    other.save_model(str(tmp_path / "spam.bin"))
    with pytest.raises(SourceError, match=r"no label of .* is a language; the first are '__label__"):
        STAGE.open(Params(model="fasttext", path=str(tmp_path / "spam.bin")))


def test_heliport_says_how_to_install_it() -> None:
    try:
        import heliport  # noqa: F401
    except ModuleNotFoundError:
        for use in (STAGE.open, STAGE.fingerprint):
            with pytest.raises(MissingPackage, match=r"pip install 'glotmill\[heliport\]'"):
                use(Params(model="heliport"))
    else:
        stories = ("Latin", "Cyrillic", "Greek", "Thai")
        came = scores(*(STORIES[script][1] for script in stories), "12", model="heliport")
        assert [row["language"] for row in came] == [*(STORIES[script][0] for script in stories), "und_Zyyy"]


@dataclass
class Says:
    """An identifier that says the same of every text."""

    known: frozenset[str]
    row: Row

    def __call__(self, texts: list[str]) -> pl.DataFrame:
        return answer.frame([self.row] * len(texts))


def member(known: str, first: str, confidence: float, second: str | None = None, beside: float = 0.0) -> Says:
    return Says(frozenset(known.split()), (first, confidence, second, beside, 1.0))


def vote(*members: Says, weights: list[float] | None = None, agree: Any = "majority", otherwise: Any = "lower") -> Row:
    made = Ensemble(members, weights or [1.0] * len(members), agree, otherwise)
    return made(["text"]).row(0)


def test_members_that_do_not_know_a_language_do_not_outvote_one_that_does() -> None:
    """Two members call Faroese Icelandic because they know no Faroese; the one that knows both decides."""
    knows = member("fao isl dan", "fao_Latn", 0.6, "isl_Latn", 0.3)
    others = member("isl dan", "isl_Latn", 0.9), member("isl dan", "isl_Latn", 0.99)
    assert vote(*others, knows)[:2] == ("fao_Latn", 0.6)
    knowing = member("isl dan fao", "isl_Latn", 0.9), member("isl dan fao", "isl_Latn", 0.99)
    assert vote(*knowing, knows)[0] == "isl_Latn", "those that know both do"


def test_confidence_is_the_mean_over_those_that_know_the_language() -> None:
    one, other = member("fra deu", "fra_Latn", 0.9), member("fra deu", "deu_Latn", 0.5, "fra_Latn", 0.3)
    found = vote(one, other, agree="any")
    assert found[0] == "fra_Latn" and found[1] == pytest.approx(0.6)
    assert found[2] == "deu_Latn" and found[3] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("agree", "otherwise", "language", "confidence"),
    [
        (1, "und", "fra_Latn", 0.45),
        ("any", "und", "fra_Latn", 0.45),
        (2, "und", "und_Zyyy", 0.0),
        ("majority", "und", "und_Zyyy", 0.0),
        ("all", "und", "und_Zyyy", 0.0),
        ("all", "lower", "fra_Latn", 0.225),
        ("all", "first", "deu_Latn", 0.5),
        ("all", "most_confident", "fra_Latn", 0.9),
    ],
)
def test_what_happens_when_members_do_not_agree(agree: Any, otherwise: Any, language: str, confidence: float) -> None:
    first, second = member("fra deu", "deu_Latn", 0.5), member("fra deu", "fra_Latn", 0.9)
    found = vote(first, second, agree=agree, otherwise=otherwise)
    assert found[0] == language and found[1] == pytest.approx(confidence)


def test_a_number_that_must_agree_counts_those_that_know_the_language() -> None:
    alone = member("fao", "fao_Latn", 0.7)
    found = vote(alone, member("deu", "und_Zyyy", 0.0), member("deu", "deu_Latn", 0.3), agree=2, otherwise="und")
    assert found[0] == "fao_Latn", "nobody else can agree"


def test_weights() -> None:
    one, other = member("fra deu", "fra_Latn", 0.6), member("fra deu", "deu_Latn", 0.8)
    assert vote(one, other)[0] == "deu_Latn"
    assert vote(one, other, weights=[2.0, 1.0])[0] == "fra_Latn"


def test_members_that_cannot_tell() -> None:
    silent, null = member("fra", "und_Zyyy", 0.0), Says(frozenset(["fra"]), answer.NOTHING)
    assert vote(silent, null)[0] == "und_Zyyy"
    assert vote(null, null) == answer.NOTHING
    assert vote(silent, member("fra", "fra_Latn", 0.8))[:2] == ("fra_Latn", pytest.approx(0.2)), "half agree"


def test_an_ensemble_in_the_stage(model: str) -> None:
    members = [{"model": "cld2"}, {"model": "fasttext", "path": model, "weight": 2}]
    params = Params(model="ensemble", members=members)
    digest = hashlib.sha256(Path(model).read_bytes()).hexdigest()
    assert list(STAGE.fingerprint(params).items())[1] == ("2 model.bin", digest)
    came = scores(STORIES["Greek"][1], STORIES["Hebrew"][1], None, "", model="ensemble", members=members)
    assert [row["language"] for row in came] == ["ell_Grek", "heb_Hebr", None, "und_Zyyy"]
    assert pickle.loads(pickle.dumps(params)) == params


# --- labels of models -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("zh", "zho_Hans"),
        ("zh-Hant", "zho_Hant"),
        ("iw", "heb_Hebr"),
        ("jw", "jav_Latn"),
        ("no", "nob_Latn"),
        ("sr-ME", "cnr_Latn"),
        ("ku", "ckb_Arab"),
        ("hmn", "mww_Latn"),
        ("tl", "fil_Latn"),
        ("sq", "als_Latn"),
        ("qu", "quy_Latn"),
        ("un", None),
        ("xxx", None),
        ("xx-Copt", None),
        ("zzp", None),
    ],
)
def test_what_cld2_calls_a_language(code: str, label: str | None) -> None:
    assert labels.of_cld2(code) == label


@pytest.mark.parametrize(
    ("given_labels", "expected"),
    [
        # lid.176 goes by Wikipedia's codes.
        (
            "sq als sh hr no nn bh eml azb zh yue wuu nah xal gom ckb arz mo",
            "als_Latn gsw_Latn hrv_Latn hrv_Latn nob_Latn nno_Latn bho_Deva egl_Latn azb_Arab zho_Hans yue_Hant "
            "wuu_Hans nah_Latn xal_Cyrl gom_Deva ckb_Arab arz_Arab ron_Latn",
        ),
        # FLORES-200 (NLLB, OpenLID).
        (
            "als_Latn zho_Hans zho_Hant arb_Arab arb_Latn pes_Arab prs_Arab grn_Latn swh_Latn lvs_Latn quy_Latn "
            "kas_Deva kmr_Latn taq_Tfng",
            "als_Latn zho_Hans zho_Hant arb_Arab arb_Latn fas_Arab prs_Arab gug_Latn swh_Latn lvs_Latn quy_Latn "
            "kas_Deva kmr_Latn taq_Tfng",
        ),
        # GlotLID v3.
        (
            "cmn_Hani yue_Hani kor_Hang jpn_Jpan srp_Latn uzn_Cyrl und_Latn zxx_Zzzz",
            "zho_Hans yue_Hant kor_Hang jpn_Jpan srp_Latn uzn_Cyrl und_Zyyy und_Zyyy",
        ),
        ("notalanguage", "und_Zyyy"),
    ],
)
def test_what_fasttext_models_call_languages(given_labels: str, expected: str) -> None:
    codes = [f"__label__{one}" for one in given_labels.split()]
    assert list(labels.of_fasttext(codes).values()) == expected.split()


def test_all_that_cld2_can_say_is_a_language_or_nothing() -> None:
    """A pseudo-language (`xx-…`, jokes) has no label; all others have one."""
    import pycld2

    without = {code for _, code in pycld2.LANGUAGES if labels.of_cld2(code) is None}
    assert {code for code in without if not code.startswith(("xx-", "zz"))} <= {"un", "xxx"}


# --- real paragraphs ------------------------------------------------------------------------------------------------


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the declarations")
def test_macro_f1_over_the_languages_that_cld2_knows() -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[2]))
    from benchmarks.language import code, macro_f1, measured

    frame = pl.read_parquet(Path(os.environ["GLOTMILL_CORPORA"]) / "udhr_dev.parquet")
    predicted, known, speed = measured(frame.select("text"), Params(), 3)
    f1, languages_counted = macro_f1([code(languages.label(one)) for one in frame["iso639_3"]], predicted, known)
    assert f1 >= 0.85 and languages_counted >= 139
    assert speed > 10_000  # 40,000 and more on a machine that does nothing else
