"""Values that differ by language and source: default -> script -> language -> pair -> source, the most specific wins.

In a recipe either a plain value, which then holds everywhere:

    min_words: 30

or a mapping, which is laid over what the stage ships:

    min_words:
      default: 50
      Deva: 40                     # every language in this script, but those with a value of their own
      tha_Thai: 30                 # any code: th, tha, tha_Thai
      en>th: 35                    # translations from English into Thai, where it is about translations
      sources:
        forum: 20                  # every language of this source
        news: {default: 80, th: 40}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from schemas import languages
from schemas.languages import TO

T = TypeVar("T")
_RESERVED = ("default", "languages", "sources")
Origin = Literal["source", "language", "script", "default"]


class ByLanguage(BaseModel, Generic[T]):
    """A default and its exceptions by language label (`hin_Deva`), script (`Deva`) or pair (`eng_Latn>hin_Deva`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: T
    languages: Mapping[str, T] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        return spread(value)

    def resolve(self, language: str) -> T:
        """The value for a language label: its own, else that of its script, else the default.

        A pair (`eng_Latn>hin_Deva`) has its own value, else that of its target.
        """
        if TO in language:
            target = language.partition(TO)[2]
            return self.languages[language] if language in self.languages else self.resolve(target)
        return self.languages.get(language, self.languages.get(language[4:], self.default))

    def origin(self, language: str) -> Origin:
        """Where that value comes from."""
        if TO in language and language not in self.languages:
            return self.origin(language.partition(TO)[2])
        return "language" if language in self.languages else "script" if language[4:] in self.languages else "default"


class PerLanguage(ByLanguage[T], Generic[T]):
    """A default, its exceptions by language, and those by source (and language in it)."""

    sources: Mapping[str, ByLanguage[T | None]] = Field(default_factory=dict)

    def for_row(self, source: str, language: str) -> T | None:
        """The value for a row of `source` in `language` (a label).

        >>> v = PerLanguage[int].model_validate({"default": 50, "th": 30, "sources": {"forum": 20}})
        >>> v.for_row("web", "fra_Latn"), v.for_row("web", "tha_Thai"), v.for_row("forum", "tha_Thai")
        (50, 30, 20)
        """
        if source in self.sources:
            return self.sources[source].resolve(language)
        return self.resolve(language)

    def origin_for_row(self, source: str, language: str) -> Origin:
        """Where the value for a row comes from."""
        return "source" if source in self.sources else self.origin(language)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Editors should offer what people write: a plain value, or a mapping by language."""
        inner = handler.resolve_ref_schema(handler(core))
        value = inner["properties"]["default"]
        plain = {k: v for k, v in value.items() if k in ("type", "anyOf", "enum", "minimum", "maximum")}
        exceptions = {
            "type": "object",
            "properties": {"default": plain},
            "required": ["default"],
            "additionalProperties": plain,
        }
        return {
            "anyOf": [
                plain,
                {
                    "type": "object",
                    "properties": {
                        "default": plain,
                        "sources": {"type": "object", "additionalProperties": {"anyOf": [plain, exceptions]}},
                    },
                    "additionalProperties": plain,
                    "description": "default, then a key a language, script or pair; `sources` for exceptions by source",
                },
            ]
        }


def spread(value: Any) -> Any:
    """Bring what people write (a value, or codes beside `default`) into the model's own form."""
    if isinstance(value, BaseModel):
        return value.model_dump()
    if not isinstance(value, Mapping):
        return {"default": value}
    written = value.get("languages") or {}
    if not isinstance(written, Mapping):
        raise ValueError(f"languages: a mapping from codes to values, but {type(written).__name__} came")
    exceptions: dict[str, Any] = {}
    for code, one in {**value, **written}.items():
        if code in _RESERVED:
            continue
        try:
            label = languages.place(str(code))
        except ValueError as error:
            quotes = ". YAML reads a bare no as false: write 'no' in quotes for Norwegian" if code is False else ""
            raise ValueError(
                f"{error}. Use ISO 639-1, ISO 639-3, a label such as tha_Thai, a script such as Thai or a pair such as "
                f"en>th, beside `default` and `sources`{quotes}"
            ) from error
        if label in exceptions and exceptions[label] != one:
            raise ValueError(f"{label} has two values, {exceptions[label]!r} and {one!r}. Keep one of the two codes")
        exceptions[label] = one
    kept = {key: value[key] for key in ("default", "sources") if key in value}
    return {**kept, "languages": exceptions}


def overlay(shipped: Any, given: Any) -> Any:
    """Lay what a recipe gives over what a stage ships: a plain value replaces all, a mapping only what it names."""
    if not isinstance(given, Mapping) or set(given) == set(_RESERVED):  # the model's own form is complete
        return given
    base, top = spread(shipped), spread(given)
    over = top.get("sources") or {}
    return {
        "default": top.get("default", base.get("default")),
        "languages": {**base.get("languages", {}), **top["languages"]},
        "sources": {**(base.get("sources") or {}), **over} if isinstance(over, Mapping) else over,
    }
