"""Adversarial Markdown documents, the same ones for the same seed, and the ways in which servers corrupt placeholders.

`documents(2_000)` is what the acceptance figure "2,000 adversarial documents, 10 % of placeholders corrupted: no silent
corruption" is measured on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

SENTENCES = (
    "Open the window before the sun goes down.",
    "The baker gave us two loaves and a smile.",
    "Ouvrez la fenêtre avant le coucher du soleil.",
    "Die Brücke wurde im Frühjahr gesperrt.",
    "खिड़की खोलो, सूरज डूबने वाला है।",
    "افتح النافذة قبل غروب الشمس.",
    "夕日が沈む前に窓を開けてください。",
    "เปิดหน้าต่างก่อนพระอาทิตย์ตก",
    "ፀሐይ ከመጥለቋ በፊት መስኮቱን ክፈት።",
    "Ṣí fèrèsé kí oòrùn tó wọ̀.",
    "请在日落之前打开窗户。",
    "Откройте окно до захода солнца.",
)
# What has to come back letter by letter, and what only looks like it.
SPANS = (
    "`pip list`", "``a ` b``", "```x```", "$x^2$", r"\(a+b\)", r"\alpha", r"\emph{soft}", "https://example.org/a_(b)?q=1&r=2",
    "www.example.org", "https://пример.рф/путь", "me@example.org", "<b>bold</b>", "<br/>", "<!-- keep -->",
    "<code>a b</code>", "&nbsp;", "[here](https://example.org \"title\")", "![alt](pic.png)", "[text][ref]", "[^1]",
    "%s", "%1$d", "%(name)s", "%-5.2f", "100%%", "{name}", "{{ user.name }}", "${HOME}", "%count%", ":smile:",
    "[[Page]]",
    "{n, plural, one {# day} other {# days}}", "{g, select, a {{b, number}} other {'{'}}", "/usr/share/doc/readme.txt",
    r"C:\new\table.txt", "--dry-run", "5 km", "٣ kg", "20 °C", "12.5 MB", "#topic", "#विषय", "@reader", "v2.10.34",
    "Ctrl+F",
    "src/main.py", "[MASK]", "$PATH",
)  # fmt: skip
LOOK_ALIKES = (
    "⟦1⟧", "⟦ 2 ⟧", "[[1]]", "［［1］］", "⟦/1⟧", "⟦९⟧", "X1X", "x 2 x", "Ｘ３Ｘ", "X١X", "XX", "X 1",
    "1X", "MAX1X", "<x1/>", "{1}", "__1__",
    "⟦", "⟧", "⟦⟦1⟧⟧", "X1X1X", "`", "``", "$", "$5 and $10", "5$", "100 % of", "a < b", "x > y", "{", "}",
    "{not this}", "\\", "]( ",
    "and/or", "w/o", "C# and F#", "50%", "::", "&", "*", "**", "__", "~~~", "|", "\u200b", "\ufffc", "\u2028", "\u0085",
    "\u200f", "\x1c", "é", "ก็", "👩‍👩‍👧",
)  # fmt: skip


def line(rng: random.Random) -> str:
    """A line of sentences with spans and look-alikes in them."""
    words = " ".join(rng.choices(SENTENCES, k=rng.randint(1, 3))).split(" ")
    for _ in range(rng.randint(0, 5)):
        inserted = rng.choice(SPANS if rng.random() < 0.7 else LOOK_ALIKES)
        place = rng.randint(0, len(words))
        if words and rng.random() < 0.15:  # right against a word
            words[place - 1] += inserted
        else:
            words.insert(place, inserted)
    return " ".join(words)


def _list(rng: random.Random) -> str:
    depth, lines = 0, []
    for number in range(1, rng.randint(2, 6)):
        depth = max(0, min(3, depth + rng.randint(-1, 1)))
        marker = rng.choice(("-", "*", "+", f"{number}."))
        lines.append("  " * depth + f"{marker} {rng.choice(('', '[ ] ', '[x] '))}{line(rng)}")
    return "\n".join(lines)


def _table(rng: random.Random) -> str:
    columns = rng.randint(1, 4)

    def row() -> str:
        return "| " + " | ".join(line(rng).replace("|", "\\|").replace("\n", " ") for _ in range(columns)) + " |"

    ruler = "|" + "|".join(rng.choice((" --- ", ":--", "--:", ":-:")) for _ in range(columns)) + "|"
    return "\n".join((row(), ruler, *(row() for _ in range(rng.randint(1, 3)))))


def _fence(rng: random.Random) -> str:
    fence = rng.choice("`~") * rng.randint(3, 6)
    inner = rng.choice(("```\ninner\n```", "~~~", "x = 1  # " + line(rng), "⟦1⟧ X1X", "`" * (len(fence) - 1), ""))
    closing = fence if rng.random() < 0.85 else fence[:-1]  # some are never closed
    return f"{fence}{rng.choice(('', 'python', ' yaml title=x'))}\n{inner}\n{closing}"


def _quote(rng: random.Random) -> str:
    inner = block(rng) if rng.random() < 0.5 else line(rng)
    return "\n".join(rng.choice(("> ", ">")) + one for one in inner.split("\n"))


def _formula(rng: random.Random) -> str:
    return rng.choice(
        (
            "$$\nx^2 + y^2\n$$",
            "\\[ a = b \\]",
            "\\begin{align*}\na &= b\n\\end{align*}",
            "\\begin{equation}\nnever closed",
            "$$\nnever closed",
        )
    )


def _html(rng: random.Random) -> str:
    return rng.choice(
        (
            "<div>\n{}\n</div>",
            "<pre>\n{}\n</pre>",
            "<!--\n{}\n-->",
            "<script>\nlet a = `${{b}}`; // {}\n</script>",
            "<p>{}",
        )
    ).format(line(rng))


def _indented(rng: random.Random) -> str:
    return "\n".join("    " + one for one in (f"call({rng.randint(0, 9)});", line(rng), "\treturn x"))


def block(rng: random.Random) -> str:
    """One block of any kind."""
    kinds: tuple[Callable[[random.Random], str], ...] = (
        line, line, line, _list, _table, _fence, _quote, _formula, _html, _indented,
        lambda rng: "#" * rng.randint(1, 7) + " " + line(rng) + rng.choice(("", " ##")),
        lambda rng: line(rng) + "\n" + rng.choice(("===", "---", "* * *")),
        lambda rng: f"[ref]: https://example.org/{rng.randint(0, 99)} \"title\"",
        lambda rng: "\n".join(line(rng) for _ in range(rng.randint(2, 5))),
    )  # fmt: skip
    return rng.choice(kinds)(rng)


def document(seed: int) -> str:
    """One document."""
    rng = random.Random(seed)
    text = "---\ntitle: a\n---\n" if rng.random() < 0.1 else ""
    for _ in range(rng.randint(1, 8)):
        text += block(rng) + rng.choice(("\n\n", "\n\n", "\n\n", "\n", "\r\n\r\n", "\n \n", "\u2029", "\n\n\n"))
    return text if rng.random() < 0.5 else text.rstrip()


def documents(count: int, seed: int = 0) -> Iterator[str]:
    """The documents of a seed, one after the other."""
    for number in range(count):
        yield document(seed * 1_000_003 + number)


CORRUPTIONS = ("drop", "double", "swap", "digit", "translate", "spaces", "wide", "other_digits", "cut")


def corrupt(answer: str, tokens: tuple[str, ...], rng: random.Random, how: str | None = None) -> tuple[str, str]:
    """An answer with one of its placeholders corrupted, and how.

    `swap` exchanges two of them, which is legal in a translation; `spaces`, `wide` and `other_digits` leave no doubt
    which one is meant; everything else has to be reported.
    """
    how = how or rng.choice(CORRUPTIONS)
    token = rng.choice(tokens)
    place = answer.index(token)
    before, after = answer[:place], answer[place + len(token) :]
    digits = re.search(r"\d+", token)
    assert digits is not None
    if how == "drop":
        return before + after, how
    if how == "double":
        return before + token + " " + token + after, how
    if how == "swap":
        other = rng.choice(tokens)
        held = answer.replace(token, "\x00").replace(other, token).replace("\x00", other)
        return held, how
    if how == "digit":
        number = str(int(digits[0]) + rng.choice((-1, 1, 10, 1000)))
        return before + token.replace(digits[0], number) + after, how
    if how == "translate":
        return before + rng.choice(("el primero", "एक", "เอกสาร", "ملف")) + after, how
    if how == "spaces":
        return before + token.replace(digits[0], f" {digits[0]} ") + after, how
    if how == "wide":
        wide = token.translate({one: one + 0xFEE0 for one in range(0x21, 0x7F)})
        return before + wide + after, how
    if how == "other_digits":
        zero = rng.choice("०٠๐")
        native = "".join(chr(ord(zero) + int(one)) for one in digits[0])
        return before + token.replace(digits[0], native) + after, how
    return before + token[:-1] + after, "cut"
