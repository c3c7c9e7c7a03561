"""Notes about a locale, written by people: names, places, food, holidays, how one addresses whom.

One YAML file a language, and a territory where it matters. Some ship, from general knowledge and read by no native
speaker; a folder of your own adds to them or replaces them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import xxhash
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from schemas.addresses import file_system, our_errors
from schemas.errors import RecipeError
from schemas.languages import is_label
from schemas.recipe import Lines, problems
from translators.knowledge.files import open_binary
from translators.knowledge.locales import Facts

_SHIPPED = Path(__file__).parent / "locales"
_ENDINGS = (".yaml", ".yml")
_LISTED = 3  # of a list's items stand in one line of a prompt
_LONGEST = 200
LISTS = (
    "given_names", "family_names", "places", "foods", "holidays", "sports", "institutions", "schools", "politeness",
    "brands", "units",
)  # fmt: skip
"""The fields of `Notes` that are lists of facts, in the order in which a prompt has them."""
_WHOLE = frozenset(("schools", "politeness", "units"))  # sentences: one of them is a line


class Notes(BaseModel):
    """What people know of a locale. Names and things in its own script; rules as short English sentences."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = Field(description="Label of the language, such as hin_Deva")
    territory: str | None = Field(None, description="ISO 3166 code of the country that the notes are about")
    written_by: tuple[str, ...] = Field(description="Who wrote them", min_length=1)
    checked_by: tuple[str, ...] = Field((), description="Native speakers who have read them; empty: none has")
    sources: tuple[str, ...] = Field(description="Where they are from", min_length=1)
    replace: bool = Field(False, description="Whether the lists of this file stand in place of earlier ones")
    given_names: tuple[str, ...] = Field((), description="Given names, of women and men")
    family_names: tuple[str, ...] = Field((), description="Family names, or what stands in their place")
    places: tuple[str, ...] = Field((), description="Cities, rivers, mountains, regions")
    foods: tuple[str, ...] = Field((), description="Dishes and drinks")
    holidays: tuple[str, ...] = Field((), description="Holidays and feasts")
    sports: tuple[str, ...] = Field((), description="Sports and games that many follow or play")
    institutions: tuple[str, ...] = Field((), description="Parliament, bank, broadcaster, railway, universities")
    schools: tuple[str, ...] = Field((), description="How school and university are built up, in English")
    politeness: tuple[str, ...] = Field((), description="How one addresses whom, in English")
    brands: tuple[str, ...] = Field((), description="Firms and brands that everybody knows")
    units: tuple[str, ...] = Field((), description="Units and money in daily use, in English")

    @field_validator("language")
    @classmethod
    def _known(cls, value: str) -> str:
        if not is_label(value):
            raise ValueError(f"{value!r} is no label of a language; write it like hin_Deva")
        return value

    @field_validator(*LISTS)
    @classmethod
    def _clean(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        for item in items:
            if not item.strip() or item != item.strip() or "\n" in item or len(item) > _LONGEST:
                raise ValueError(f"{item!r} came; every item has to be one line of 1 to {_LONGEST} characters")
        twice = sorted({item for item in items if items.count(item) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} stands there twice; remove one")
        return items

    @property
    def digest(self) -> str:
        """SHA-256 of all that they say, for signatures."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def shipped() -> list[str]:
    """Labels, and territories where a file names one, of the notes that ship."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml"))


def notes(label: str, folders: Sequence[str] = (), territory: str | None = None) -> Notes | None:
    """The notes about a language, those that ship and those of one's own together.

    A file is called after the language, `hin_Deva.yaml`; or after language and territory, `por_Latn-PT.yaml`, and then
    counts only where that territory is asked for. Lists of a later file are added to those of earlier ones; with
    `replace: true` they stand in their place. A later file about another territory replaces all.

    Args:
        label: of the language.
        folders: folders of one's own, later ones lie over earlier ones.
        territory: ISO 3166 code; None: whatever the files are about.

    Returns:
        None where no file is about it.

    Raises:
        RecipeError: a folder is not there or holds a file that is not right; each problem with its line.
    """
    found: Notes | None = None
    for folder in (str(_SHIPPED), *folders):
        base, names = folder.rstrip("/"), _files(folder)
        for stem in (label, f"{label}-{territory}"):
            if stem not in names:
                continue
            read = load(f"{base}/{names[stem]}")
            if read.language != label:
                raise RecipeError(
                    f"{base}/{names[stem]}: language: {read.language} came in a file that is called after {label}. "
                    "Rename the file, or mend the language."
                )
            if territory is None or read.territory in (None, territory):
                found = read if found is None else _over(found, read)
    return found


def _over(below: Notes, above: Notes) -> Notes:
    if above.territory not in (None, below.territory):
        return above
    merged = {
        name: getattr(above, name)
        if above.replace and name in above.model_fields_set
        else tuple(dict.fromkeys((*getattr(below, name), *getattr(above, name))))
        for name in LISTS
    }
    people = {
        name: tuple(dict.fromkeys((*getattr(below, name), *getattr(above, name)))) for name in ("written_by", "sources")
    }
    # Only what all parts can say: one part that nobody has read leaves the whole unread.
    checked = above.checked_by if below.checked_by and above.checked_by else ()
    return below.model_copy(update={**merged, **people, "checked_by": checked})


def _files(folder: str) -> dict[str, str]:
    """Names of the YAML files of a folder, by what stands before the dot."""
    fs, inside = file_system(folder)
    with our_errors(f"looking into {folder}"):
        if not fs.isdir(inside):
            raise RecipeError(
                f"{folder}: no such folder. Notes about locales are files such as hin_Deva.yaml in a folder."
            )
        names = sorted(str(name).rstrip("/").rpartition("/")[2] for name in fs.ls(inside, detail=False))
    found: dict[str, str] = {}
    for name in names:
        stem, dot, ending = name.rpartition(".")
        if f"{dot}{ending}" not in _ENDINGS:
            continue
        if not is_label(stem.partition("-")[0]):
            raise RecipeError(
                f"{folder}/{name}: notes are called after a label, such as hin_Deva.yaml. Rename the file."
            )
        if stem in found:
            raise RecipeError(f"{folder}: both {found[stem]} and {name} are there. Keep one of them.")
        found[stem] = name
    return found


@lru_cache(maxsize=256)
def _parsed(written: str, file: str) -> Notes:
    try:
        content = yaml.safe_load(written)
        lines = Lines(written, file)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise RecipeError(f"{place}: not YAML: {getattr(error, 'problem', None) or error}. Mend that line.") from error
    if not isinstance(content, dict):
        raise RecipeError(
            f"{file}: notes are a mapping with language, written_by, sources and lists such as given_names, but "
            f"{type(content).__name__} came."
        )
    if lines.twice:
        raise RecipeError("\n".join(lines.twice))
    try:
        return Notes.model_validate(content)
    except ValidationError as error:
        raise RecipeError("\n".join(problems(error, lines, Notes))) from error


def load(path: str) -> Notes:
    """The notes in one file.

    Raises:
        RecipeError: it is not right; each problem with its line.
        SourceError: it is not there.
    """
    with our_errors(f"reading {path}"), open_binary(path) as handle:
        raw = handle.read()
    try:
        return _parsed(raw.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: not UTF-8 text at byte {error.start}. Save the notes as UTF-8.") from error


def pick(notes: Notes | None, facts: Facts, seed_text: str, n: int) -> tuple[str, ...]:
    """A few lines about a locale for one prompt, different ones for different rows.

    The first says which language and country it is about. Of the others a quarter are drawn from the facts and the rest
    from the notes, by a hash of the seed, and so are the names and places in them. What is drawn does not depend on the
    order of the lists.

    Args:
        notes: of the locale; None where there are none.
        facts: of the same locale.
        seed_text: the row's id, for example.
        n: lines wanted; fewer come where less is known.
    """
    first, *others = facts.lines()
    wanted = max(n - 1, 0)
    from_notes = list(_of_notes(notes, seed_text))
    # Mostly what people wrote: formats of numbers and dates matter in few texts.
    few = max(wanted // 4, wanted - len(from_notes))
    drawn = {*_drawn(others, seed_text, few)}
    drawn |= {*_drawn(from_notes, seed_text, wanted - len(drawn))}
    return (first, *(line for line in (*from_notes, *others) if line in drawn))[: max(n, 0)]


def _drawn(lines: Sequence[str], seed_text: str, count: int) -> list[str]:
    return sorted(lines, key=lambda line: (_hash(seed_text, line), line))[:count]


def _of_notes(notes: Notes | None, seed_text: str) -> Iterator[str]:
    for name in LISTS if notes is not None else ():
        items = sorted(getattr(notes, name), key=lambda item: (_hash(seed_text, item), item))
        if items:
            what = name.replace("_", " ").capitalize()
            yield f"{what}: {items[0]}" if name in _WHOLE else f"{what}: {', '.join(items[:_LISTED])}."


def _hash(seed_text: str, item: str) -> int:
    return xxhash.xxh3_64_intdigest(f"{seed_text}\n{item}".encode())
