"""Numbers that a translation may lack and say the same: button 1 is the left button, a number is not said again.

A number that was changed is no such case: all of this holds only where the other text has no number to answer.
"""

from __future__ import annotations

import re

from translators.gates._number_side import Side
from translators.gates._number_tokens import Token

# "Button 1" and "the left button": what a button is called, before its number and after it, and what is said of mice.
_BUTTON = (
    "button|bouton|botón|botão|botó|buton|pulsante|tasto|taste|maustaste|knop|muisknop|knapp|knappen|museknapp|knap|"
    "tlačítk|tlačidl|przycisk|кнопк|копч|бутон|gumb|mygtuk|poga|painike|nupp|gomb|düğme|κουμπί|nút|tombol|butang"
)
_BUTTON_BEFORE = re.compile(rf"(?<!\w)(?:{_BUTTON})\w{{0,5}}[ \u00a0#]{{0,2}}(?:nr\.? )?$")
_BUTTON_AFTER = re.compile(
    rf"(?:st|nd|rd|th|er|[eª°º.])?[ \u00a0-]?(?:(?:mouse|maus|muis|mus)[ -]?)?(?:{_BUTTON})"
    r"|[ \u00a0]?(?:번 ?)?(?:ボタン|버튼|键|鍵|按钮|按鈕)"
)
_MOUSE = re.compile(
    r"mouse|click|button|klik|klick|clic|cliqu|souris|bouton|ratón|puls|botón|botão|botó|ratol|buton|tasto|taste|maus|"
    r"muis|knop|knap|tlačít|tlačid|myš|przycisk|mysz|клик|клац|щел|щёл|кноп|мыш|миш|бутон|gumb|mygtuk|pel[eė]|spustel|"
    r"poga|pele|painike|hiir|napsau|nupp|klõps|gomb|egér|kattint|düğme|tıkla|fare|κουμπ|κλικ|ποντίκ|クリック|ボタン|マウス|"
    r"클릭|버튼|마우스|点击|點擊|单击|單擊|鼠标|滑鼠|按钮|按鈕|nút|chuột|bấm|tombol|tetikus|butang"
)
_BUTTONS = frozenset("12345")
# "Section 2.3, “Docking”": the title says it all, and some texts link without the number.
_LABEL = re.compile(r"(?:^|[\s(\[])([^\W\d_]{3,})[ \u00a0]$")
_TITLE = re.compile('(?:[.,:]|절[.,]?|章[.,]?|節[.,]?)[ \u00a0]?[“”„«»"「『‘]')
# "see Section , “Docking”": here the number is lost.
_EMPTY_LABEL = re.compile(
    '[^\\W\\d_]{3,}[ \u00a0]*[.,:–-][ \u00a0]*[“„«»"「『‘]|第[ \u00a0]*[章節节]'
    '|[ \u00a0](?:절|章|節|节)[.,]?[ \u00a0]?[“„«"「『]'
)
_TITLE_TOGETHER = re.compile("[.,:節章]?[ \u00a0]?[「『“]")
_CAPTION = 20  # letters; a text that begins with such a number is the caption, and its number belongs to it
_AGAIN = 30  # letters; what is said again so far away may be "it" in the other text
_YEAR = re.compile(r"1\d{3}|2\d{3}")
# Japanese writes "4 つ" and "5 番目" where others write "four" and "fifth". Words for numbers are never asked for.
_COUNT = re.compile("[ \u00a0]?(?:つ|番目)")
_MOST_COUNTED = 9


def left_out(side: Side, token: Token, other: Side) -> bool:
    """Whether the other text may lack the number.

    Args:
        side: the text that has it.
        token: the number.
        other: a text that has no number without a counterpart.
    """
    if any(one.key == token.key for one in other.tokens):
        return any(one.key == token.key and abs(one.start - token.start) > _AGAIN for one in side.tokens)
    text = side.text
    if token.key in _BUTTONS and (
        _BUTTON_BEFORE.search(text, max(0, token.start - 24), token.start) or _BUTTON_AFTER.match(text, token.end)
    ):
        return _MOUSE.search(other.text) is not None
    if _is_label(side, token):
        return _EMPTY_LABEL.search(other.text) is None
    if side.language[:3] == "jpn" and token.key.isdecimal() and _COUNT.match(text, token.end):
        return int(token.key) <= _MOST_COUNTED and not any(
            other.spelled(number) > side.spelled(number) + sum(one.key == str(number) for one in side.tokens)
            for number in range(2, _MOST_COUNTED + 1)
        )
    return False


def _is_label(side: Side, token: Token) -> bool:
    """Whether it is the number of a section, a figure or the like whose title follows."""
    text = side.original if len(side.original) == len(side.text) else side.text
    together = side.language[4:] in ("Jpan", "Hans", "Hant")
    if token.start < (_CAPTION // 2 if together else _CAPTION):
        return False
    if _YEAR.fullmatch(token.key):
        return False
    if together:
        return (
            token.start > 0
            and text[token.start - 1] in "第図表節章图圖节"
            and bool(_TITLE_TOGETHER.match(text, token.end))
        )
    before = _LABEL.search(text, max(0, token.start - 24), token.start)
    return (
        before is not None
        and before.group(1)[:1] != before.group(1)[:1].lower()
        and bool(_TITLE.match(text, token.end))
    )
