"""The routes: one page, its files, and questions that are answered with JSON.

No question names a path: rows are asked for by number, and the one file that is written was named on the command line.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import data_cards
from data_cards.visible import visible
from pipelines.comparison.release import Release
from pipelines.inspection import asked, recipe_file, shown, story
from pipelines.inspection.guard import Guard, Pass
from pipelines.inspection.operators import OPERATORS, QuestionError
from pipelines.inspection.recipe_file import FileThere, Target
from pipelines.inspection.rows import Address, Rows
from pipelines.inspection.thresholds import Thresholds
from schemas.errors import GlotmillError

PAGE = Path(__file__).parent / "page"
_D3 = Path(data_cards.__file__).parent / "report" / "vendor" / "d3.min.js"  # the report draws with it too
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
_MOST_ROWS = 200

Source = Callable[[str], dict[str, Any]]
"""Id of a document -> `file`, `position`, `raw` (its text before edits) and `text` (after), from the work folder."""


@dataclass(frozen=True)
class Inspected:
    """What the page is about.

    Args:
        rows: of the release.
        thresholds: its rules.
        target: where a changed recipe goes.
        source: reads a document again from its source; None where the work folder is not there.
        no_source: why not.
    """

    rows: Rows
    thresholds: Thresholds
    target: Target
    source: Source | None = None
    no_source: str = "The work folder of the recipe is not here."

    @property
    def release(self) -> Release:
        """The release."""
        return self.rows.release


@cache
def files() -> dict[str, tuple[bytes, str]]:
    """What the browser loads: name -> content and type. They are read once; no path is ever made from an address."""
    found = {path.name: path for folder in (PAGE, PAGE / "vendor") for path in sorted(folder.iterdir())}
    found[_D3.name] = _D3
    return {name: (path.read_bytes(), _TYPES[path.suffix]) for name, path in found.items() if path.suffix in _TYPES}


def make(inspected: Inspected, allowed: Pass) -> Starlette:
    """The application."""
    of = _Answers(inspected)
    answers = {
        "release": of.release, "rows": of.found, "story": of.story, "source": of.source,
        "thresholds": of.thresholds, "rule": of.rule, "judge": of.judge, "examples": of.examples,
        "recipe": of.recipe,
    }  # fmt: skip
    return Starlette(
        routes=[
            Route("/", _page(allowed), methods=["GET"]),
            Route("/page/{name}", _file, methods=["GET"]),
            *(Route(f"/api/{name}", _answering(answer), methods=["POST"]) for name, answer in answers.items()),
        ],
        middleware=[Middleware(Guard, allowed=allowed)],
    )


def _page(allowed: Pass) -> Callable[[Request], Response]:
    def serve(request: Request) -> Response:
        content = files()["index.html"][0].decode().replace("{{ token }}", html.escape(allowed.token))
        response = Response(content, media_type="text/html")
        port = (request.scope.get("server") or (None, None))[1]
        response.set_cookie(allowed.cookie(port), allowed.token, httponly=True, samesite="strict")
        return response

    return serve


def _file(request: Request) -> Response:
    found = files().get(request.path_params["name"])
    if found is None or found[1] == "text/html":
        return Response("There is no such file.\n", status_code=404, media_type="text/plain")
    return Response(found[0], media_type=found[1])


def _answering(answer: Callable[[Mapping[str, Any]], Any]) -> Callable[[Request], Any]:
    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            given = orjson.loads(body) if body else {}
        except orjson.JSONDecodeError:
            return _json({"error": "this is not JSON."}, 400)
        if not isinstance(given, dict):
            return _json({"error": "a question is a JSON object."}, 400)
        try:
            return _json(await run_in_threadpool(answer, given))
        except GlotmillError as error:
            return _json({"error": visible(str(error))}, 400)
        except Exception:
            logging.getLogger("glotmill.inspect").exception("a question could not be answered")
            return _json({"error": "This could not be answered: see what the command printed. Please report it."}, 500)

    return serve


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, default=str), status_code=status, media_type="application/json")


class _Answers:
    """One method for each question; each gets what the page sent and returns what JSON can say."""

    def __init__(self, inspected: Inspected) -> None:
        self.of = inspected
        self.rows = inspected.rows

    def release(self, given: Mapping[str, Any]) -> Any:
        manifest = self.of.release.manifest
        described = {
            kind: {column.name: column.description for column in columns} for kind, columns in manifest.columns.items()
        }
        described["all"] = {**described.get("documents", {}), **described.get("rejected", {})}
        kinds = [
            {
                "kind": kind,
                "rows": self.rows.count(kind),
                "columns": [
                    {
                        "name": name,
                        "type": self.rows.type(kind, name),
                        "meaning": visible(described.get(kind, {}).get(name, "")),
                    }
                    for name in columns
                ],
            }
            for kind, columns in self.rows.columns.items()
        ]
        return {
            "name": visible(manifest.name),
            "title": visible(manifest.title),
            "release": visible(self.of.release.name),
            "folder": visible(self.of.release.folder),
            "counts": {n: getattr(manifest.counts, n) for n in ("input", "released_sources", "rejected", "dead",
                                                                 "derived", "quarantined")},
            "kinds": kinds,
            "languages": [
                {"label": label, "name": shown.name(label), "rows": one.input}
                for label, one in sorted(manifest.counts.by_language.items(), key=lambda x: -x[1].input)
            ],
            "reasons": {
                **dict(manifest.counts.rejected_by_reason),
            },
            "operators": {
                kind: [{"name": name, "label": one.label, "values": one.values} for name, one in known.items()]
                for kind, known in OPERATORS.items()
            },
            "recipe_out": visible(self.of.target.path),
            "source": None if self.of.source is not None else self.of.no_source,
        }  # fmt: skip

    def found(self, given: Mapping[str, Any]) -> Any:
        question = asked.question(given)
        start, count = asked.number(given, "start"), min(asked.number(given, "count", 50), _MOST_ROWS)
        columns = given.get("columns") or ["id", "language", "text"]
        if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns) or len(columns) > 200:
            raise QuestionError("`columns` is a list of names.")
        for name in columns:
            self.rows.type(question.kind, name)
        found = self.rows.find(question)
        page = self.rows.page(found.addresses(start, count), columns)
        for row in page:
            language = row["values"].get("language")
            row["lang"] = shown.tag(language)
            row["values"] = {name: shown.cell(value) for name, value in row["values"].items()}
        return {"total": len(found), "start": start, "rows": page}

    def _address(self, given: Mapping[str, Any]) -> Address:
        if isinstance(given.get("id"), str):
            found = story.find(self.rows, given["id"])
            if found is None:
                raise QuestionError(f"this release has no row with the id {given['id'][:200]!r}.")
            return found
        return asked.number(given, "file"), asked.number(given, "row")

    def story(self, given: Mapping[str, Any]) -> Any:
        characters = shown.WHOLE if given.get("whole") is True else shown.CHARACTERS
        told = story.of(self.rows, self.of.thresholds.stages, self._address(given), characters)
        return {**told, "source": told["outcome"] in ("released", "rejected") and self.of.source is not None}

    def source(self, given: Mapping[str, Any]) -> Any:
        if self.of.source is None:
            raise QuestionError(self.of.no_source)
        row = self.rows.row(self._address(given))
        found = self.of.source(row["id"])
        characters = shown.WHOLE if given.get("whole") is True else shown.CHARACTERS
        return {
            "file": shown.cell(found["file"], 1_000),
            "position": found["position"],
            "raw": shown.text(found["raw"], row.get("language"), characters),
            "text": shown.text(row.get("text") or found["text"], row.get("language"), characters),
        }

    def thresholds(self, given: Mapping[str, Any]) -> Any:
        return self.of.thresholds.overview()

    def rule(self, given: Mapping[str, Any]) -> Any:
        stage, reason = asked.text(given, "stage"), asked.text(given, "reason")
        return self.of.thresholds.rule(stage, reason, asked.part(given), asked.changes(given))

    def judge(self, given: Mapping[str, Any]) -> Any:
        return self.of.thresholds.judge(asked.text(given, "population"), asked.changes(given), asked.part(given))

    def examples(self, given: Mapping[str, Any]) -> Any:
        moved = (asked.text(given, "stage"), asked.text(given, "reason")) if given.get("stage") else None
        return self.of.thresholds.examples(
            asked.text(given, "population"), asked.changes(given), asked.part(given), moved
        )

    def recipe(self, given: Mapping[str, Any]) -> Any:
        changes = asked.changes(given)
        if not changes:
            raise QuestionError("no threshold is changed, so there is nothing to write.")
        before, after = self.of.thresholds.steps(changes)
        recipe = self.of.release.manifest.recipe
        if given.get("only_show") is True:
            text = recipe_file.rendered(recipe, before, after, changes)
        else:
            replace = given.get("replace") is True
            try:
                text = recipe_file.write(self.of.target, recipe, before, after, changes, replace=replace)
            except FileThere as there:
                return {"there": visible(str(there))}  # not an error: the page asks whether it may go
        path, command = visible(self.of.target.path), visible(self.of.target.command)
        return {"path": path, "text": shown.text(text, None, 400_000), "command": command}
