"""Regular expressions of the spans that a translation keeps, by kind. What no expression can tell is in `finders`.

All of them take time in proportion to the length of the text, whatever the text: what could run on without an end is
bounded.
"""

from __future__ import annotations

import regex

SOFT = "\ufffc"
"""Stands for a span found before, inside of which a larger one may lie: `https://example.org/{id}`."""
HARD = "\u2028"
"""Stands for a span found before that nothing may hold."""

# Letters of scripts with spaces between words. In the others any place may be the border of a word; so it may be in
# Korean, which puts particles right after foreign words.
WORD = (
    r"[[\p{L}\p{M}\p{N}_]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Hangul}ー]]"
)
_BEFORE = rf"(?<!{WORD})"
_AFTER = rf"(?!{WORD})"
# Quotes, brackets and ends of sentences of all scripts: no part of an address.
_STOP = "“”„‟‘’‚‛«»‹›「」『』【】〈〉《》〔〕〖〗（）［］｛｝⟦⟧⟨⟩＂＇，。、；：！？…‥｡､؛،؟۔।॥།༎၊။។៕៖፡።፣፤፥፦፧፨՝։՞՛՜"
# A letter of another script right after a Latin one or a digit begins the next word: https://example.orgを.
_BODY = rf"(?:(?!(?<=[A-Za-z0-9])[\p{{L}}--\p{{Latin}}])[^\s<>\"'`|\\^\[\]{_STOP}])"
_DOMAINS = "com|org|net|edu|gov|int|mil|io|dev|app|info|wiki|eu|ai"


def _compile(pattern: str, flags: int = 0) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.VERSION1 | regex.VERBOSE | flags)


URL = _compile(
    rf"""
      (?: (?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{{1,15}}://(?:\[[0-9A-Fa-f:.]{{2,45}}\])?
        | (?<![A-Za-z0-9])(?:www\.(?=[^\s.])|mailto:(?=\S)|tel:(?=\+?[0-9])|data:[a-z]+/[a-z0-9.+-]+[;,]|doi:\s?10\.)
      ){_BODY}+
    | (?<![A-Za-z0-9@._-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,8}}(?:{_DOMAINS})(?![A-Za-z0-9_-]|\.[A-Za-z0-9])(?:/{_BODY}*)?
    | (?<![A-Za-z0-9./])10\.[0-9]{{4,9}}/{_BODY}+
    """
)
EMAIL = _compile(
    r"""
      (?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*
        @(?:[A-Za-z0-9-]{1,63}\.){1,8}(?:xn--[A-Za-z0-9-]{2,}|[A-Za-z]{2,24})(?![A-Za-z0-9])
    | (?:(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}|(?<![\w.%+-])[\w.%+-]{0,63}[[\p{L}\p{M}]--[A-Za-z]])
        @(?:[\w-]{1,63}\.){1,8}(?:[A-Za-z]{2,24}(?![A-Za-z0-9])|[[\p{L}\p{M}]--\p{Latin}]{2,24})
    """
)
_VALUE = r"""(?:"[^"]{0,1000}"|'[^']{0,1000}'|[^\s"'=<>`]{1,1000})"""
_ALONE = (
    "allowfullscreen|async|autofocus|autoplay|checked|controls|default|defer|disabled|download|formnovalidate|hidden|"
    "ismap|itemscope|loop|multiple|muted|nomodule|novalidate|open|playsinline|readonly|required|reversed|selected"
)
TAG = _compile(
    rf"""
      </?[A-Za-z][A-Za-z0-9]*(?:[:.-][A-Za-z0-9]+)*
        (?:\s+(?:[A-Za-z_:@\#*][\w:.@-]{{0,60}}\s*=\s*{_VALUE}|(?:{_ALONE})(?=[\s/>])))*\s*/?>
    | <\?[A-Za-z][^>]{{0,500}}\?> | <![A-Z]+[^<>]{{0,500}}> | <%.{{0,500}}?%>
    """,
    regex.DOTALL,
)
LITERAL_ELEMENT = _compile(r"<(code|pre|script|style|kbd|samp|var|tt|svg|math)(?=[\s>])[^<>]{0,1000}(?<!/)>", regex.I)
ENTITY = _compile(r"&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

LINK = _compile(
    rf"""
      \]\(\s{{0,3}}(?:<[^<>\n]{{0,1000}}>|[^\s()<>]{{0,2000}}(?:\([^\s()<>]{{0,500}}\)[^\s()<>]{{0,500}}){{0,4}})
        (?:\s{{1,5}}(?:"[^"\n]{{0,500}}"|'[^'\n]{{0,500}}'|\([^()\n]{{0,500}}\)))?\s{{0,3}}\)
    | \]\[[^\]\[\n]{{0,80}}\]
    | ^[ ]{{0,3}}\[(?!\^)[^\]\[\n]{{1,200}}\]:[ \t]*(?:<[^<>\n]{{0,1000}}>|[^\s./\#:]{{0,200}}[./\#:{SOFT}]\S{{0,2000}})
        (?:[ \t]+(?:"[^"\n]{{0,500}}"|'[^'\n]{{0,500}}'))?[ \t]*$
    """,
    regex.MULTILINE,
)
FOOTNOTE = _compile(r"\[\^[^\]\[\s]{1,60}\]:?")

PRINTF = _compile(
    r"""
      %%
    # With a place or a name it is no per cent, whatever stands before it.
    | %(?:[0-9]{1,2}\$|\([\w.]{1,60}\))[-+\#0]{0,4}(?:[0-9]{1,3}|\*)?(?:\.(?:[0-9]{1,3}|\*))?(?:hh|h|ll|l|L|z|j|t|q)?
        (?:[ds](?![A-Za-z]{3})|[iouxXeEfFgGcraA@](?![A-Za-z]))
    | (?<!\d|\d[\ \u00a0\u202f])%(?:[0-9]{1,2}\$)?(?:\([\w.]{1,60}\))?[-+\#0]{0,4}(?:[0-9]{1,3}|\*)?
        (?:\.(?:[0-9]{1,3}|\*))?(?:hh|h|ll|l|L|z|j|t|q)?
        (?:[ds](?![A-Za-z]{3})|[iouxXeEfFgGcraA@](?![A-Za-z]))
    | (?<!\d|\d[\ \u00a0\u202f])%[YmHMSBbyjpZ](?![A-Za-z])
    """
)
MESSAGE = _compile(
    r"\{\s{0,5}[\w.-]{1,60}\s{0,5},\s{0,5}(?:plural|select|selectordinal|number|date|time|choice|spellout|ordinal|"
    r"duration|list)\s{0,5}(?=[,}])"
)
# Before formulas, which `$` begins too.
TEMPLATE_SIGNS = _compile(
    r"""
      [$\#@]\{[^{}\n]{1,200}\} | \{\{\{?[^{}\n]{1,200}\}\}\}? | \{%[^\n]{1,200}?%\} | \{\#[^\n]{1,200}?\#\}
    | <\|[\w-]{1,60}\|>
    """
)
TEMPLATE = _compile(
    rf"""
      \{{(?:[0-9]{{1,4}}|[\p{{L}}_][\w-]{{0,60}}(?:[.:][\w-]{{1,60}}|\[\w{{1,60}}\]){{0,6}})?(?:![rsa])?(?::[^{{}}\s]{{0,30}})?\}}
    | (?<![\w%])%[A-Za-z_][\w.-]{{0,60}}%(?!\w)
    | (?<![\w:]):[a-z][a-z0-9_+-]{{0,60}}:(?![\w:])
    | \[\[[\w\ .:/\#|-]{{1,80}}\]\]
    | \[(?:[A-Z]{{1,30}}[0-9]{{0,9}}_[A-Z0-9_]{{1,60}}|[A-Z]{{1,30}}[0-9]{{1,9}}|MASK|SEP|CLS|PAD|UNK|INST)\]
    | {_BEFORE}\$(?!USD|AUD|CAD|NZD|HKD|SGD)[A-Z_][A-Z0-9_]{{1,60}}{_AFTER}
    """
)

_SEGMENT = rf"[A-Za-z0-9_.+@%~={SOFT}-]"
WINDOWS_PATH = _compile(
    r"""(?<![A-Za-z0-9_\\])(?:[A-Za-z]:\\|\\\\[\w.-]{1,60}\\)(?:[^\s\\/:*?"<>|]{1,120}\\){0,30}[^\s\\/:*?"<>|]{0,120}"""
)
PATH = _compile(
    rf"""
      (?<![A-Za-z0-9_/.:<>~$-])(?:~|\.\.?|\$[A-Z_]+)?(?:/{_SEGMENT}{{1,120}}){{1,30}}/?
    | (?<![A-Za-z0-9_/.:<>~$-])(?:{_SEGMENT}{{1,120}}/){{1,30}}{_SEGMENT}{{0,120}}
      \.(?:[a-z][a-z0-9]{{0,5}}|[A-Z]{{2,4}})(?![A-Za-z0-9_])
    | (?<![A-Za-z0-9_/.@-])(?:\*|[A-Za-z0-9_{SOFT}][A-Za-z0-9_+{SOFT}-]{{1,120}})
      (?:\.[A-Za-z0-9_+-]{{1,60}}){{0,6}}\.(?:
        7z|avi|bash|bat|bmp|bz2|cc|cfg|conf|cpp|css|csv|deb|dll|docx?|exe|flac|gguf|gif|go|gz|hpp|html?|ico|ini|ipynb|
        iso|java|jpe?g|jsonl?|jsx?|kt|lock|log|md|mkv|mov|mp[34]|od[pst]|ogg|otf|parquet|pdf|php|png|pot?|pptx?|ps1|psd|
        pyc?|rar|rb|rpm|rs|rst|scm|sh|sql|svgz?|tar|tex|tiff?|toml|tsv|tsx?|ttf|txt|wav|webp|xcf|xlsx?|xml|xz|ya?ml|
        zip|zsh|zst)(?![A-Za-z0-9_])
    """
)
FLAG = _compile(
    rf"""
      (?<![{WORD}-])--[A-Za-z][A-Za-z0-9_-]{{1,60}}(?:=[^\s,;)\]"'{_STOP}]{{1,200}})?
    | (?<![{WORD}-])-[A-Za-z](?![{WORD}-])
    """
)
_KEY_NAME = (
    "Ctrl|CTRL|ctrl|Control|Strg|AltGr|Alt|ALT|alt|Shift|SHIFT|shift|Cmd|CMD|Command|Option|Meta|Win|Super|Fn|Maj|"
    "Umschalt|Mayús"
)
SHORTCUT = _compile(
    rf"""
      (?<![A-Za-z0-9])(?:{_KEY_NAME})(?:\s?\+\s?|-)
        (?:(?:{_KEY_NAME})(?:\s?\+\s?|-)){{0,3}}
        (?:F[0-9]{{1,2}}|Enter|Return|Tab|Escape|Esc|Delete|Del|Backspace|Space|Home|End|PageUp|PageDown|PgUp|PgDn|Insert|
           Ins|Up|Down|Left|Right|[A-Za-z0-9]|[,.;/=+-](?=\s|$))(?![A-Za-z0-9])
    | [⌘⌥⇧⌃]{{1,4}}\s?(?:[A-Za-z0-9](?![A-Za-z0-9])|[⌫⏎↩⎋⇥←↑→↓])
    """
)
VERSION = _compile(
    r"""
      (?<![A-Za-z0-9_.,])(?:[vV]\.?)?[0-9]{1,5}(?:\.[0-9]{1,5}){2,5}(?:[-.]?(?:alpha|beta|rc|dev|post|pre|a|b|p)\.?[0-9]{0,4})?
        (?![A-Za-z0-9_]|[.,][0-9])
    | (?<![A-Za-z0-9_.])v[0-9]{1,5}(?:\.[0-9]{1,5}){0,4}(?![A-Za-z0-9_]|[.,][0-9])
    """
)
NO_VERSION = _compile(  # dates and numbers with points between thousands
    r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|[0-9]{1,2}\.0[0-9]\.[0-9]{2}|[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3})+"
)
_NUMBER = r"\d{1,30}(?:[.,٫٬\u00a0\u202f]\d{1,30}){0,8}"
# Symbols of the International System and of computing. Not those that are letters of lists, grades and times as well
# (A, h, s, t), and no words (`километр`): these are translated.
UNIT = (
    r"(?:[kMGTP]i?B|[kKMG]?bit/s|[kMG]bps|[kMGT]?Hz|[kMG]Wh?|mW|[kMGm]V|mAh|[mkM]A|Ah|[km]?[ΩΩ]|[hkM]Pa|m?bar|"
    r"[kM]J|kcal|kN|Nm|[mµμn]s|m?Sv|[kMG]?eV|mol|ppm|ppb|dB|dpi|ppi|fps|rpm|mph|px|"
    r"(?:[khdcmµμn]m|m|ha|ft|yd)[²³]?|[kmµμ]g|g|lbs?|oz|[mcdh][lL]|[lL]|[VW]|min|°\s?[CF]|℃|℉|°)"
    r"(?:/(?:[kcm]?m[²³]?|[hsdlLg]|min|[mdk]?[lLg]|ft)(?![\w]))?"
)
QUANTITY = _compile(
    rf"(?<![{WORD}.,])(?:[-−+±]\s?)?{_NUMBER}(?:\s?[×x–-]\s?{_NUMBER}){{0,3}}"
    rf"[\ \u00a0\u202f\u2009]?{UNIT}(?!{WORD}|[²³/])"
)
MENTION = _compile(
    rf"""
      (?<![{WORD}&/\#])\#(?=[\w]{{0,60}}\p{{L}})[\w]{{1,80}}
    | (?<![A-Za-z0-9_@/.])@
      (?:[A-Za-z0-9_]{{1,40}}(?:[.-][A-Za-z0-9_]{{1,40}}){{0,3}}|\p{{L}}[\p{{L}}\p{{M}}\p{{N}}_]{{0,40}})
    """
)
