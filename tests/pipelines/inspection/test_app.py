"""The routes: who is let in, what they answer, and that nothing from a document leaves as it is dangerous."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from pipelines.inspection import app, guard
from pipelines.inspection.guard import HEADER, Pass
from pipelines.inspection.rows import Filter, Question, Rows
from schemas.errors import SourceError
from tests.pipelines.inspection import small

TOKEN = "secret-of-this-run"
HOST = "http://127.0.0.1:8321"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def source(row_id: str) -> dict[str, Any]:
    if row_id == "long":
        raise SourceError("the file is gone")
    return {"file": "in/web.jsonl", "position": 3, "raw": f"raw of {row_id}\u202e", "text": "edited"}


@pytest.fixture
def client(made: small.Small, rows: Rows, tmp_path: Path) -> Iterator[TestClient]:
    inspected = made.inspected(rows, tmp_path / "changed.yaml", source=source)
    with TestClient(app.make(inspected, Pass(token=TOKEN)), base_url=HOST) as found:
        yield found


def ask(client: TestClient, name: str, /, status: int = 200, **question: Any) -> Any:
    response = client.post(f"/api/{name}", json=question, headers={HEADER: TOKEN, "origin": HOST})
    assert response.status_code == status, response.text
    return response.json()


# --- who is let in ---------------------------------------------------------------------------------------------------


def test_the_page_needs_the_token_once(client: TestClient) -> None:
    assert client.get("/").status_code == 403
    assert client.get("/?token=wrong").status_code == 403
    page = client.get(f"/?token={TOKEN}")
    assert page.status_code == 200 and f'content="{TOKEN}"' in page.text
    assert "HttpOnly" in page.headers["set-cookie"] and "SameSite=strict" in page.headers["set-cookie"]
    assert client.get("/").status_code == 200, "the cookie of the run"


@pytest.mark.parametrize("path", ["/", f"/?token={TOKEN}", "/page/main.js", "/api/release", "/nothing"])
def test_every_answer_carries_the_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'" and "unsafe" not in str(policy)
    assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    page = app.files()["index.html"][0].decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == [] and "<style" not in page
    assert re.findall(r'\s(?:style|on\w+)="', page) == []
    assert re.findall(r'(?:src|href)="(?!/page/|#)', page) == []
    for name, (content, _) in app.files().items():
        if name in (
            "main.js",
            "dom.js",
            "rows.js",
            "story.js",
            "thresholds.js",
            "histogram.js",
            "difference.js",
            "api.js",
        ):
            assert not re.search(
                rb"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|\.html\(", content
            ), name


@pytest.mark.parametrize(
    ("host", "let_in"),
    [
        ("127.0.0.1:8321", True),
        ("localhost:8321", True),
        ("localhost:9999", True),
        ("[::1]:8321", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example:8321", False),
        ("localhost.evil.example", False),
        ("192.168.0.7:8321", False),
        ("", False),
    ],
)
def test_only_our_own_names(client: TestClient, host: str, let_in: bool) -> None:
    response = client.post("/api/release", json={}, headers={HEADER: TOKEN, "host": host, "origin": f"http://{host}"})
    assert (response.status_code == 200) is let_in


def test_on_a_network_addresses_are_let_in_and_foreign_names_are_not() -> None:
    everywhere = Pass("0.0.0.0", TOKEN)
    assert not everywhere.is_loopback and Pass("127.0.0.2").is_loopback and Pass("::1").is_loopback
    assert everywhere.knows("192.168.0.7:8321") and everywhere.knows("[fe80::1]:8321") and everywhere.knows("localhost")
    assert not everywhere.knows("evil.example:8321")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: TOKEN},
        {"origin": HOST},
        {HEADER: "wrong", "origin": HOST},
        {HEADER: TOKEN, "origin": "http://evil.example"},
        {HEADER: TOKEN, "origin": "null"},
        {HEADER: TOKEN, "origin": "http://127.0.0.1:80"},
        {HEADER: TOKEN, "origin": HOST, "sec-fetch-site": "cross-site"},
        {HEADER: "ü", "origin": HOST},
    ],
)
def test_questions_come_from_our_own_page_with_the_token(client: TestClient, headers: dict[str, str]) -> None:
    encoded = {name: value.encode("utf-8") for name, value in headers.items()}
    for name in ("release", "rows", "judge", "recipe"):
        assert client.post(f"/api/{name}", json={}, headers=encoded).status_code == 403
    assert client.get("/api/release", headers=encoded).status_code in (403, 405)


def test_a_question_is_no_flood(client: TestClient) -> None:
    body = b"{" + b" " * (guard._LARGEST + 1) + b"}"
    assert client.post("/api/rows", content=body, headers={HEADER: TOKEN, "origin": HOST}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/page/../app.py", "/page/%2e%2e%2fapp.py", "/page//etc/passwd", "/page/index.html", "/x"]
)
def test_no_address_is_a_path(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


# --- answers ---------------------------------------------------------------------------------------------------------


def test_what_is_there(client: TestClient, rows: Rows) -> None:
    told = ask(client, "release")
    assert told["name"] == "small" and {one["kind"]: one["rows"] for one in told["kinds"]}["all"] == rows.count("all")
    columns = {one["name"]: one for one in told["kinds"][0]["columns"]}
    assert columns["word_count"]["type"] == "number" and columns["word_count"]["meaning"]
    assert columns["reasons"]["type"] == "list"


def test_rows_are_found_and_cut(client: TestClient) -> None:
    told = ask(client, "rows", kind="all", search="harmless things", columns=["id", "text", "reasons"])
    assert told["total"] == 1
    (row,) = told["rows"]
    assert row["values"]["id"] == small.visible_id(small.HOSTILE_ID) and len(row["values"]["text"]) <= 300
    assert ask(client, "rows", kind="all", count=10_000)["total"] > 200
    assert len(ask(client, "rows", kind="all", count=10_000)["rows"]) == 200


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"kind": "nothing"},
        {"kind": "all", "columns": "id"},
        {"kind": "all", "columns": ["no_such"]},
        {"kind": "all", "start": -1},
        {"kind": "all", "start": "0"},
        {"kind": "all", "filters": [{"column": "id"}]},
        {"kind": "all", "filters": [{"column": "id", "operator": "is", "values": [{"a": 1}]}]},
        {"kind": "all", "sort": ["id"]},
    ],
)
def test_wrong_questions_get_a_sentence(client: TestClient, question: dict[str, Any]) -> None:
    assert len(ask(client, "rows", 400, **question)["error"]) > 10
    response = client.post("/api/rows", content=b"[1]", headers={HEADER: TOKEN, "origin": HOST})
    assert response.status_code == 400


def test_the_story_of_a_hostile_document(client: TestClient) -> None:
    told = ask(client, "story", id=small.HOSTILE_ID)
    assert told["id"] == small.visible_id(small.HOSTILE_ID) != small.HOSTILE_ID
    pieces = told["text"]["pieces"]
    assert any("<script>" in piece for piece, _ in pieces), "as text, in JSON"
    assert not UNSEEN.search(json.dumps(told, ensure_ascii=False).replace("\n", ""))


def test_a_million_characters_are_cut_until_all_is_asked_for(client: TestClient) -> None:
    told = ask(client, "story", id="long")["text"]
    assert (told["length"], told["shown"]) == (len(small.LONG), 60_000)
    assert ask(client, "story", id="long", whole=True)["text"]["shown"] == len(small.LONG)


def test_the_story_of_a_duplicate_has_its_twin(client: TestClient, rows: Rows) -> None:
    found = rows.find(Question(kind="rejected", filters=(Filter("reasons", "has", ("exact_duplicate",)),)))
    file, row = found.addresses(0, 1)[0]
    told = ask(client, "story", file=file, row=row)
    assert told["outcome"] == "rejected" and told["reasons"][0]["why"]
    twin = told["cluster"]["twin"]
    assert twin["outcome"] == "released" and twin["values"]["id"] == told["cluster"]["twin_id"]
    assert twin["text"]["pieces"] == told["text"]["pieces"]
    assert told["cluster"]["twin_id"] in [one["values"]["id"] for one in told["cluster"]["members"]]


def test_broken_rules_come_first(client: TestClient, rows: Rows) -> None:
    found = rows.find(Question(filters=(Filter("reasons", "has", ("too_few_words",)),)))
    file, row = found.addresses(0, 1)[0]
    told = ask(client, "story", file=file, row=row)
    broken = [one["broken"] for one in told["rules"]]
    assert broken == sorted(broken, reverse=True) and broken[0]
    first = next(one for one in told["rules"] if one["reason"] == "too_few_words")
    assert first["value"] < first["threshold"] in (30, 40) and first["why"]


def test_a_document_is_read_again_from_its_source(client: TestClient, rows: Rows) -> None:
    told = ask(client, "source", id=small.HOSTILE_ID)
    assert told["raw"]["pieces"][-1] == ["[U+202E]", True] and told["position"] == 3
    assert "gone" in ask(client, "source", 400, id="long")["error"]
    assert "no row with the id" in ask(client, "story", 400, id="\u202enobody")["error"]
    for address in ({"file": 999, "row": 0}, {"file": 0, "row": 10**9}, {"file": True, "row": 0}):
        ask(client, "story", 400, **address)


def test_a_recipe_is_written_once_and_replaced_when_told_to(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "changed.yaml"
    change = {"stage": "gopher_quality", "parameter": "min_words", "scope": "everywhere", "value": 77}
    assert "nothing to write" in ask(client, "recipe", 400)["error"]
    shown = ask(client, "recipe", changes=[change], only_show=True)
    assert not path.exists()
    told = ask(client, "recipe", changes=[change], path="elsewhere.yaml")
    assert told["text"] == shown["text"] and str(path) in told["command"]
    assert yaml.safe_load(path.read_text())["stages"]["gopher_quality"]["min_words"] == 77
    change["value"] = 78
    assert "is there already" in ask(client, "recipe", changes=[change])["there"]
    assert yaml.safe_load(path.read_text())["stages"]["gopher_quality"]["min_words"] == 77
    ask(client, "recipe", changes=[change], replace=True)
    assert yaml.safe_load(path.read_text())["stages"]["gopher_quality"]["min_words"] == 78
    assert [file.name for file in tmp_path.iterdir()] == ["changed.yaml"]


def test_all_answers_are_json(client: TestClient) -> None:
    (documents,) = ask(client, "thresholds")["populations"]
    for rule in documents["rules"]:
        if not rule["fixed"]:
            ask(client, "rule", stage=rule["stage"], reason=rule["reason"], language="tha_Thai")
    ask(client, "rule", 400, stage="x", reason="y")
    ask(client, "judge", 400, population="nothing")
    told = ask(client, "examples", population="documents", stage="quality", reason="low_quality",
               changes=[{"stage": "quality", "parameter": "share", "scope": "default", "value": 0.2}])  # fmt: skip
    assert told["come"] == [] and 0 < len(told["go"]) <= 12
    assert all(one["breaks"] == ["low_quality"] for one in told["go"])
