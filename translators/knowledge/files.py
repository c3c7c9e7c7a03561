"""Files that knowledge is read from: any fsspec address, globs, compressed or not."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from schemas.addresses import file_system, our_errors
from schemas.errors import RecipeError, SourceError

_COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")


def expand(paths: Iterable[str], endings: Iterable[str]) -> list[str]:
    """Addresses of files: globs become the files that they match, in order of their names; nothing stands twice.

    Args:
        paths: addresses, in the order in which they count.
        endings: what a name may end in, such as `.tsv`; behind it may stand .gz, .zst, .bz2 or .xz.

    Raises:
        RecipeError: nothing matches a pattern, or a name has another ending.
    """
    allowed = tuple(endings)
    found: dict[str, None] = {}
    for path in paths:
        files = _matching(path) if glob.has_magic(path) else [path]
        if not files:
            raise RecipeError(f"{path}: no file matches. Mend the pattern, or give the file's whole name.")
        for file in files:
            if ending(file) not in allowed:
                raise RecipeError(
                    f"{file}: the name does not say what is in the file. It has to end in {', '.join(allowed)}; "
                    f"{', '.join(_COMPRESSIONS)} may follow."
                )
            found[file] = None
    return list(found)


def _matching(pattern: str) -> list[str]:
    fs, inside = file_system(pattern)
    with our_errors(f"looking for {pattern}"):
        found = sorted(
            str(place) for place, info in fs.glob(inside, detail=True).items() if info["type"] != "directory"
        )
    # As the pattern is written: local paths stay paths, others keep their scheme.
    return [str(fs.unstrip_protocol(one)) for one in found] if "://" in pattern else found


def ending(path: str) -> str:
    """What a name ends in, in lower case and without its compression: `.tsv` of `Terms.TSV.gz`."""
    name = path.partition("?")[0].rpartition("/")[2].lower()
    for compression in _COMPRESSIONS:
        name = name.removesuffix(compression)
    _, dot, last = name.rpartition(".")
    return f".{last}" if dot else ""


def open_binary(path: str) -> BinaryIO:
    """The file, opened for reading bytes, uncompressed."""
    fs, inside = file_system(path)
    compressed = inside.lower().endswith(_COMPRESSIONS)
    with our_errors(f"opening {path}"):
        return cast(BinaryIO, fs.open(inside, "rb", compression="infer" if compressed else None))


def lines(path: str) -> Iterator[tuple[int, str]]:
    """Lines of a UTF-8 file with their numbers from 1, without line ends and without a byte order mark.

    Raises:
        SourceError: not there, or not UTF-8; the message says where.
    """
    # By line feeds alone: a bitext has U+2028 and the like inside its sentences.
    with our_errors(f"reading {path}"), open_binary(path) as handle:
        for number, raw in enumerate(handle, start=1):
            try:
                line = raw.decode()
            except UnicodeDecodeError as error:
                raise SourceError(
                    f"{path}:{number}: not UTF-8: byte {raw[error.start]:#04x} at byte {error.start + 1} of the line. "
                    "Convert the file to UTF-8, for example with iconv."
                ) from error
            if number == 1:
                line = line.removeprefix("\ufeff")
            yield number, line.removesuffix("\n").removesuffix("\r")
