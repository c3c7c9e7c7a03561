"""A glossary: terms that have to be translated in one way, and terms that are not translated at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.languages import label
from translators.knowledge.described import TermsFile
from translators.knowledge.glossary_files import Row, read, read_list
from translators.knowledge.terms import Finder, Term


@dataclass(frozen=True)
class Entry:
    """A term of one language with its translations into another.

    Args:
        source: the term.
        targets: how it is translated; the first is the preferred way, the others are accepted.
        note: when to use it, for the prompt.
        kept: whether it is not translated: `targets` is the term itself.
    """

    source: str
    targets: tuple[str, ...]
    note: str = ""
    kept: bool = False

    @property
    def target(self) -> str:
        """The preferred translation."""
        return self.targets[0]


@dataclass(frozen=True, eq=False)
class Glossary:
    """Terms from files.

    | file | columns |
    | --- | --- |
    | `.tsv`, `.csv`, `.jsonl` | `source`, `target`; `source_language`, `target_language` where nothing else says it |
    | the same | one for each language: `eng_Latn`, `fra_Latn`, …; then every direction is known |
    | `.txt`, `.list` | none: a term that is not translated on each line, `#` for a comment |

    With both: `case_sensitive` (true or false; upper and lower case are the same otherwise) and `note`. Several ways
    to say a term stand in one cell with `|` between them. What several rows say of one term counts together.

    Args:
        rows: rows of all files, in order.
        kept: terms that are not translated, told apart by case.
        inflected: whether forms of a term's words are found in source texts too.
        digest: SHA-256 of all that, for signatures.
    """

    rows: tuple[Row, ...] = ()
    kept: tuple[str, ...] = ()
    inflected: bool = True
    digest: str = ""
    _finders: dict[tuple[str, str], tuple[Finder, tuple[Entry, ...]]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(
        cls,
        paths: Sequence[str | TermsFile],
        *,
        keep: Sequence[str] = (),
        languages: tuple[str, str] | None = None,
        inflected: bool = True,
    ) -> Glossary:
        """A glossary from files.

        Args:
            paths: files of terms, or globs; of several translations the one in the first file is preferred. One that
                names its languages goes by them.
            keep: lists of terms that are not translated.
            languages: codes of the columns `source` and `target`, where nothing else says it.
            inflected: whether forms of a term's words are found too (`translators.knowledge.inflection`).

        Raises:
            RecipeError: a file is wrong; each problem with its line.
        """
        known = (label(languages[0]), label(languages[1])) if languages else None
        named = [(one, known) if isinstance(one, str) else (one.path, one.languages) for one in paths]
        rows = tuple(row for path, said in named for row in read(path, said))
        kept = tuple(dict.fromkeys(term for path in keep for term in read_list(path)))
        says = [[list(row.terms.items()), row.direction, row.case_sensitive, row.note] for row in rows]
        digest = hashlib.sha256(json.dumps([says, kept, inflected], ensure_ascii=False).encode()).hexdigest()
        return cls(rows, kept, inflected, digest)

    def __len__(self) -> int:
        return len(self.rows) + len(self.kept)

    def entries_for(self, text: str, source_language: str, target_language: str) -> tuple[Entry, ...]:
        """The terms that a text holds, in the order in which they occur, each once.

        Of terms that share a word the one that begins first counts, then the longest: with `layer` and `layer mask` in
        the glossary, a text about layer masks has the second.

        Args:
            text: a text to be translated.
            source_language: label of its language.
            target_language: label of the language wanted.
        """
        finder, entries = self._of(source_language, target_language)
        return tuple(entries[number] for number in finder.find(text)) if entries else ()

    def _of(self, source_language: str, target_language: str) -> tuple[Finder, tuple[Entry, ...]]:
        pair = source_language, target_language
        if pair not in self._finders:
            # Term by term what all rows say of it. A term that asks for its case is another one than one that does not.
            said: dict[tuple[str, bool], tuple[list[str], list[str]]] = {}
            for row in self.rows:
                if source_language == target_language or not (
                    row.direction in (None, pair) and set(pair) <= row.terms.keys()
                ):
                    continue
                for term in row.terms[source_language]:
                    key = term if row.case_sensitive else term.lower()
                    targets, notes = said.setdefault((key, row.case_sensitive), ([], []))
                    targets.extend(row.terms[target_language])
                    notes.append(row.note)
            terms = [Term(term, True, inflected=False) for term in self.kept]
            entries = [Entry(term, (term,), kept=True) for term in self.kept]
            for (term, case_sensitive), (targets, notes) in said.items():
                terms.append(Term(term, case_sensitive, self.inflected))
                entries.append(
                    Entry(term, tuple(dict.fromkeys(targets)), "; ".join(dict.fromkeys(filter(None, notes))))
                )
            self._finders[pair] = Finder(terms, source_language), tuple(entries)
        return self._finders[pair]
