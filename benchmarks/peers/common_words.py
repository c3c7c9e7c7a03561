"""Makes `translators/gates/_common_words_eng.txt`: English words that are no names, from SCOWL.

Usage: python benchmarks/peers/common_words.py SCOWL translators/gates/_common_words_eng.txt

SCOWL (http://wordlist.aspell.net, Debian's package `scowl`, folder /usr/share/dict/scowl) sorts words by how common
they are. Taken are the lower-case words up to size 50, and left out those that follow from another by the rules of
`translators.gates._common_words`.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from translators.gates._common_words import derived, stems

SIZES = (".10", ".20", ".35", ".40", ".50")
NOTICE = """\
# English words that are no names: the lower-case words of SCOWL up to size 50, without those that follow from
# another by the rules of _common_words.py, and the names that these rules would take for ordinary words. Made by
# benchmarks/peers/common_words.py.
#
# Copyright 2000-2019 by Kevin Atkinson. Permission to use, copy, modify, distribute and sell these word lists, the
# associated scripts, the output created from the scripts, and its documentation for any purpose is hereby granted
# without fee, provided that the above copyright notice appears in all copies and that both that copyright notice and
# this permission notice appear in supporting documentation. Kevin Atkinson makes no representations about the
# suitability of this array for any purpose. It is provided "as is" without express or implied warranty.
"""


def main() -> None:
    words: set[str] = set()
    for file in sorted(Path(sys.argv[1]).glob("*-words.*")):
        if file.name.partition("-")[0] in ("english", "american", "british") and file.suffix in SIZES:
            words.update(re.findall(r"^[a-z]{2,}$", file.read_text(encoding="latin-1"), re.MULTILINE))
    kept = sorted(word for word in words if not any(stem in words and stem != word for stem in stems(word)))
    # `derived` reads the list: it has to be there before it is asked which names need to be listed too.
    Path(sys.argv[2]).write_text(" ".join(kept), encoding="ascii")
    names = set()
    for file in sorted(Path(sys.argv[1]).glob("*-*.*")):
        if file.name.partition("-")[2].startswith(("upper", "proper-names")) and file.suffix in (
            ".10",
            ".20",
            ".35",
            ".50",
        ):
            names.update(re.findall(r"^[A-Z][a-z]{3,}$", file.read_text(encoding="latin-1"), re.MULTILINE))
    kept += sorted(name for name in names if name.lower() not in words and derived(name.lower()))
    body = "\n".join(textwrap.wrap(" ".join(kept), 120, break_on_hyphens=False))
    Path(sys.argv[2]).write_text(f"{NOTICE}{body}\n", encoding="ascii")


if __name__ == "__main__":
    main()
