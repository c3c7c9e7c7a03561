"""Spans that a translation keeps: what is one, and what only looks like one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from adversarial import documents
from hypothesis import given
from hypothesis import strategies as st

from translators.text import kinds
from translators.text.spans import find, has_words, spans_of


def kinds_of(text: str) -> dict[str, str]:
    return {text[one.begin : one.end]: one.kind for one in find(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Code.
        ("use `git x` and ``a ` b``", {"`git x`": "code", "``a ` b``": "code"}),
        (r"\`no code` here` is", {"` here`": "code"}),
        ("one ` alone", {}),
        ("`a\n\nb`", {}),  # not across paragraphs
        ("`nm -x' or `ar' and ``bc'' are old quotes", {"-x": "flag"}),
        ("`it's` and `x = 'a'`", {"`it's`": "code", "`x = 'a'`": "code"}),
        ("a\n```py\nx\n```\nb", {"```py\nx\n```": "code_block"}),
        ("~~~\n```\nno end", {"~~~\n```\nno end": "code_block"}),
        # Formulas.
        ("let $x$ and $a+b$ be", {"$x$": "math", "$a+b$": "math"}),
        ("pay $5 and $10, or US$5, A$6, 5$", {}),
        ("$5 + tax, or 6$ more", {}),
        (r"\(a+b\), \[x\] and \( und \)", {r"\(a+b\)": "math", r"\[x\]": "math"}),
        (r"$$x \text{ for all } y$$", {r"$$x \text{ for all } y$$": "math"}),
        (r"a \begin{align}x\end{align} b", {r"\begin{align}x\end{align}": "math"}),
        (r"see \emph{soft words} and \cite{k84}", {r"\emph{": "command", "}": "command", r"\cite{k84}": "command"}),
        (r"\href{https://x.org}{two words}", {r"\href{https://x.org}{": "command", "}": "command"}),
        (r"first\nSecond \alpha", {r"\n": "command", r"\alpha": "command"}),
        # Addresses.
        ("see https://example.org/a_(b)?q=1&r=2.", {"https://example.org/a_(b)?q=1&r=2": "url"}),
        ("(https://example.org/a).", {"https://example.org/a": "url"}),
        ("[a](https://example.org)b", {"](https://example.org)": "link"}),
        ("https://example.orgを見る", {"https://example.org": "url"}),
        ("https://ja.wikipedia.org/wiki/日本、と", {"https://ja.wikipedia.org/wiki/日本": "url"}),
        ("पर https://उदाहरण.भारत/पथ।", {"https://उदाहरण.भारत/पथ": "url"}),
        ("زر https://example.org/مسار، ثم", {"https://example.org/مسار": "url"}),
        ("https://example.org'da, https://example.org:ssa", {"https://example.org": "url"}),
        ("www.example.org: or example.com/a; e.g. this.That", {"www.example.org": "url", "example.com/a": "url"}),
        ("http://[::1]:80/x {https://x.org/{id}}", {"http://[::1]:80/x": "url", "https://x.org/{id}": "url"}),
        ("連絡先はme@example.orgまで", {"me@example.org": "email"}),
        ("user@münchen.de, बिक्री@उदाहरण.भारत", {"user@münchen.de": "email", "बिक्री@उदाहरण.भारत": "email"}),
        # Markup.
        ('<a href="x>y" disabled>t</a><br/>', {'<a href="x>y" disabled>': "tag", "</a>": "tag", "<br/>": "tag"}),
        ("if a<b and c>d or a < b", {}),
        ("<!-- x --> <code>a b</code> &nbsp;", {"<!-- x -->": "tag", "<code>a b</code>": "tag", "&nbsp;": "entity"}),
        ("AT&T; R&D", {}),
        ('[t](https://x.org "u") ![a](b.c) [t][r]', dict.fromkeys(('](https://x.org "u")', "](b.c)", "][r]"), "link")),
        ("[r]: https://x.org\n[^1]: note", {"[r]: https://x.org": "link", "[^1]:": "footnote"}),
        # Placeholders.
        ("%s, %1$s, %(a)s, %-5.2f, %%", dict.fromkeys(("%s", "%1$s", "%(a)s", "%-5.2f", "%%"), "printf")),
        ("100 % of, 100 % d'accord, 50% so, 5 %discount", {}),
        (
            "{n, plural, one {<b>#</b>} other {# {x}}} {y}",
            {"{n, plural, one {<b>#</b>} other {# {x}}}": "message", "{y}": "template"},
        ),
        ("{n, plural, one {a}", {"{a}": "template"}),  # never closed
        (
            "{name} {{ a.b }} ${HOME} %name% :smile: [[Page]] {नाम}",
            dict.fromkeys(("{name}", "{{ a.b }}", "${HOME}", "%name%", ":smile:", "[[Page]]", "{नाम}"), "template"),
        ),
        ("{see below} at 10:20:30 [note]", {}),
        ("⟦1⟧ and ⟦/2⟧", {"⟦1⟧": "placeholder", "⟦/2⟧": "placeholder"}),
        # Computers.
        (
            "open /usr/share/doc, ~/x and src/main.py or *.txt",
            dict.fromkeys(("/usr/share/doc", "~/x", "src/main.py", "*.txt"), "path"),
        ),
        (r"in C:\new\table.txt now", {r"C:\new\table.txt": "path"}),
        ("and/or w/o km/h he/she 男/女 1/2", {}),
        ("run --dry-run or -v; a word--word, well-known", {"--dry-run": "flag", "-v": "flag"}),
        ("Ctrl+F, Ctrl + Shift + P, ⌘Q; Ctrl-click", dict.fromkeys(("Ctrl+F", "Ctrl + Shift + P", "⌘Q"), "shortcut")),
        ("v2.1 and 2.10.34 of 12.05.2020 for 1.000.000", {"v2.1": "version", "2.10.34": "version"}),
        ("5 km, ٣ kg, 20 °C, 3 × 4 cm, 約5 kmです", dict.fromkeys(("5 km", "٣ kg", "20 °C", "3 × 4 cm"), "quantity")),
        ("5 kilos, 3 people, $5, 5 €, grade 5 A", {}),
        ("#topic #विषय @reader C# #1", {"#topic": "mention", "#विषय": "mention", "@reader": "mention"}),
        ("Plain words, in a sentence. And one more!", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_kinds(text: str, expected: dict[str, str]) -> None:
    assert kinds_of(text) == expected


def test_terms_are_whole_words_longest_first() -> None:
    def terms(text: str, *wanted: str) -> list[str]:
        return [text[one.begin : one.end] for one in find(text, kinds.ALL, wanted) if one.kind == kinds.TERM]

    assert terms("New York and New Yorkers in York", "York", "New York") == ["New York", "York"]
    assert terms("gimp GIMP GIMPs GIMP2", "GIMP") == ["GIMP"]
    assert terms("GIMPを使う GIMP는 GIMPที่", "GIMP") == ["GIMP"] * 3
    assert terms("東京都に住む", "東京") == ["東京"]
    assert terms("서울은 대서울", "서울") == ["서울"]
    assert terms("ฉันชอบกรุงเทพมาก", "กรุงเทพ") == ["กรุงเทพ"]
    assert terms("हिन्दी में", "हिन्द") == []
    assert terms("see https://GIMP.org and `GIMP`", "GIMP") == []
    assert terms("C++ and C", "C++", "C") == ["C++", "C"]


def test_only_wanted_kinds() -> None:
    text = "`a` https://x.org 5 km"
    assert spans_of(text, frozenset((kinds.QUANTITY,))) == ("5 km",)
    assert spans_of(text, frozenset()) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [("`code` 5 km", False), ("12", False), ("`code` is", True), ("ก `x`", True), ("{name}: %s", False), ("", False)],
)
def test_has_words(text: str, words: bool) -> None:
    assert has_words(text) is words


@given(st.one_of(st.text(), st.text(alphabet="`$\\{}[]()<>%&#@:/.-+*~ \nab1⟦⟧km°'\"!|=_,")))
def test_spans_are_in_order_and_apart(text: str) -> None:
    here = 0
    for one in find(text):
        assert here <= one.begin < one.end <= len(text)
        here = one.end


def test_spans_of_adversarial_documents() -> None:
    seen = set()
    for text in documents(400):
        found = find(text)
        seen.update(one.kind for one in found)
        assert all(one.end <= other.begin for one, other in pairwise(found))
    assert seen == kinds.ALL - {kinds.TERM}


@pytest.mark.parametrize(
    "unit",
    [
        "`", "` `` ", "$", "$a ", "\\(", "\\begin{x}", "\\a{", "\\a[", "{", "{n, plural, ", "{{", "<a ", '<a b="',
        "<!--", "<code>", "[", "](", "][", "[^", "@a", "a@a.", "a.", "www.", "http://", "/a", "a/", "-", "--a", "%",
        "%(", ":a", "#", "1.", "1 ", "5k", "Ctrl+", "&a", "⟦1", "⟦", "X1", "~~~\n", "\\", "[[", "C:\\a", "~/", "$A",
        "{a.", "<%", "{%", "'{",
    ],
)  # fmt: skip
def test_long_repetitions_are_searched(unit: str) -> None:
    """Takes hours where anything grows with the square of the length."""
    text = unit * (100_000 // len(unit))
    assert all(one.end <= other.begin for one, other in pairwise(find(text)))
