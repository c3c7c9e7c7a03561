"""The page selection.html: what a selection kept and lost, with documents of both kinds, in one file.

It needs neither network nor script. What comes from documents is escaped, and what a reader could not see in it is
written out; a policy in the page forbids everything but its own style, should anything slip through.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup, escape

from data_cards.numbers import percent, short
from data_cards.selection_figures import LENGTH, RuleFigures, Stratum
from data_cards.selection_samples import CHARACTERS, Cut, Key, Samples, parts
from data_cards.visible import brief, pieces, visible
from schemas import languages
from schemas.manifest import Manifest

LARGEST = 5_000_000  # bytes of the page
_OPEN = 3  # so many languages are unfolded
_WARNINGS = 50
STRATA = 50  # of a language and dimension
_BAR = 400  # width of a bar in the units of its picture
_WITHOUT_TEXT = "The release does not hold the texts of rejected documents (release.rejected_text: false)."


@dataclass(frozen=True)
class _Level:
    """How much is shown: characters of a text, documents of each kind, strata of a dimension, languages with both."""

    characters: int
    documents: int
    strata: int
    languages: int


@dataclass(frozen=True)
class _Page:
    manifest: Manifest
    rules: Sequence[RuleFigures]
    samples: Mapping[Key, Samples]
    cut: Cut
    largest: int

    def levels(self) -> Iterator[_Level]:
        """From everything to the figures of whole languages."""
        many = max((len(group) for one in self.samples.values() for group in one.groups), default=0)
        every = max((len(rule.languages) for rule in self.rules), default=0)
        yield _Level(CHARACTERS, many, STRATA, every)
        for characters, documents, strata in (
            (500, many, 50), (250, many, 50), (250, 10, 20), (250, 5, 20), (120, 5, 10), (120, 2, 10), (0, 0, 10),
        ):  # fmt: skip
            yield _Level(characters, min(documents, many), strata, every)
        while every:
            every //= 2
            yield _Level(0, 0, 10, every)

    def least(self, level: _Level) -> int:
        """Bytes of the texts alone."""
        return sum(
            len((one.text or "")[: level.characters].encode())
            for samples in self.samples.values()
            for group in samples.groups
            for one in group[: level.documents]
        )

    def rendered(self, level: _Level, note: str | None) -> str:
        """The page at one level."""
        style = _style()
        template = _environment().get_template("selection.html.j2")
        return template.render(
            title=self.manifest.title or self.manifest.name,
            name=self.manifest.name,
            counts=self.manifest.counts,
            style=Markup(style),  # ours, and a style element is no place for entities
            style_sha256=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            note=note,
            rules=[self._rule(rule, f"rule-{number}", level) for number, rule in enumerate(self.rules, 1)],
        )

    def shortened(self, level: _Level) -> str:
        """Says what a level leaves out."""
        told = [f"at most {level.strata:,} strata of a dimension"]
        if self.samples and not level.documents:
            told.append("no documents")
        elif self.samples:
            told += [f"at most {level.documents:,} documents of each kind", f"{level.characters:,} characters of each"]
        every = max(len(rule.languages) for rule in self.rules)
        if level.languages < every:
            told.append(f"strata of {level.languages:,} of {every:,} languages")
        limit = f"{self.largest / 1e6:g} MB"
        return f"To stay below {limit} this page shows less than it was asked for: {', '.join(told)}."

    def _rule(self, rule: RuleFigures, anchor: str, level: _Level) -> dict[str, Any]:
        rows: list[dict[str, Any]] = []
        sections: list[dict[str, Any]] = []
        for place, one in enumerate(rule.languages, 1):
            known = languages.is_label(one.language)
            row = {"figures": one, "name": languages.name(one.language) if known else one.language, "anchor": None}
            samples = self.samples.get((rule.stage, rule.reason, one.language))
            if place <= level.languages and (one.dimensions or samples):
                row["anchor"] = f"{anchor}-{one.language if known else place}"
                shown = parts(samples, one.language, level.characters, level.documents, self.cut) if samples else []
                untold = samples is not None and any(d.text is None for group in samples.groups for d in group)
                sections.append(
                    {
                        **row,
                        "open": place <= _OPEN,
                        "dimensions": [
                            _dimension(name, strata, one.strata[name], level.strata)
                            for name, strata in one.dimensions.items()
                        ],
                        "samples": shown,
                        "note": _WITHOUT_TEXT if untold else None,
                    }
                )
            rows.append(row)
        return {
            "figures": rule,
            "anchor": anchor,
            "competing": sum(one.competed > 0 for one in rule.languages),
            "why": (rule.why or "").rstrip("."),
            "warnings": rule.warnings[:_WARNINGS],
            "warnings_left_out": max(0, len(rule.warnings) - _WARNINGS),
            "languages": rows,
            "sections": sections,
        }


def render(
    manifest: Manifest,
    rules: Sequence[RuleFigures],
    samples: Mapping[Key, Samples],
    cut: Cut,
    largest: int = LARGEST,
) -> str:
    """The page.

    Args:
        manifest: of the release.
        rules: its figures.
        samples: documents by stage, reason and language; may lack some, or all.
        cut: cuts a text.
        largest: bytes that the page may have. Where they are not enough it shows less, and says so.
    """
    page = _Page(manifest, rules, samples, cut, largest)
    made = ""
    for number, level in enumerate(page.levels()):
        if page.least(level) > largest:  # what has too much text already need not be rendered
            continue
        made = page.rendered(level, page.shortened(level) if number else None)
        if len(made.encode()) <= largest:
            break
    return made


def _dimension(name: str, strata: Sequence[Stratum], of: int, most: int) -> dict[str, Any]:
    plain = name.replace("_", " ")
    return {
        "title": f"{plain} in characters" if name == LENGTH else plain,
        "head": plain[:1].upper() + plain[1:],
        "strata": strata[:most],
        "most": max(one.competed for one in strata),
        "left_out": of - min(len(strata), most),
    }


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("data_cards"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": "{:,}".format,
        "percent": percent,
        "short": short,
        "plain": lambda value: visible(brief(value)),
        "shown": lambda value: _shown(brief(value)),
        "text": _shown,
        "wide": _wide,
    }
    return environment


@cache
def _style() -> str:
    """The style sheet as a browser reads it before it takes its digest."""
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, "selection.css")[0].replace("\r\n", "\n")


def _shown(value: str) -> Markup:
    """Text from outside: escaped, and what cannot be seen of it as a mark of its own."""
    mark = Markup('<bdi dir="ltr" class="unseen">{}</bdi>')
    return Markup("").join(mark.format(piece) if unseen else escape(piece) for piece, unseen in pieces(value))


def _wide(value: float, most: float) -> str:
    return f"{_BAR * value / most:.4g}" if most else "0"
