"""E-mail and IP addresses replaced by typed placeholders.

The placeholder depends on the kind alone, never on the document or its place in the run. What was found is counted
by kind and never written out.
"""

from __future__ import annotations

import ipaddress
import re

import polars as pl
from pydantic import Field

from schemas.columns import Column
from schemas.stage import Edit, StageParams


# Local part and domain of RFC 5322 as people write them; letters of any script (RFC 6531).
def _email(but: str) -> str:
    first, inner = rf"[\p{{L}}\p{{N}}{but}]", rf"[\p{{L}}\p{{M}}\p{{N}}{but}]"
    local = rf"{first}[\p{{L}}\p{{M}}\p{{N}}._%+\-{but}]*"
    label = rf"[\p{{L}}\p{{M}}\p{{N}}\-{but}]"
    return rf"{local}@{first}(?:{label}*{inner})?(?:\.{label}+)*\.[\p{{L}}{but}][\p{{L}}\p{{M}}{but}]+"


# Where words have no spaces (and in Korean, whose particles follow without one), an address in Latin letters stands in
# the middle of a run of letters: take it out alone first. What still has an @ then is an address in such a script.
_EMAILS = (
    _email(
        r"--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
        r"\x{30FC}\x{3005}]"
    ),
    _email(""),
)
_IPV4 = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
_IPV4_IN_TEXT = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", re.ASCII)


class Params(StageParams):
    """What is replaced, and by what."""

    email: str | None = Field("<email>", description="Placeholder of an e-mail address; null leaves them")
    ip: str | None = Field("<ip>", description="Placeholder of an IPv4 address; null leaves them")
    keep_local_ip: bool = Field(
        True, description="Leave loopback, private and unspecified addresses (RFC 1918, RFC 1122): they name nobody"
    )


def edit(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Replace addresses in `text`.

    Args:
        frame: with the column `text`.
        params: the placeholders.
        resource: none.

    Returns:
        `text`, `private_data_email` and `private_data_ip` (how many were replaced), of the frame's height.
    """
    out = frame.select("text", pl.when(pl.col("text").is_not_null()).then(0).alias("private_data_email"))
    out = out.with_columns(pl.col("private_data_email").alias("private_data_ip"))
    if params.email is not None:
        has = pl.col("text").str.contains("@", literal=True)  # the cheap test first: few texts hold one
        text = pl.when(has).then(pl.col("text"))
        for pattern in _EMAILS:
            out = out.with_columns(
                pl.coalesce(text.str.replace_all(pattern, params.email.replace("$", "$$")), "text").alias("text"),
                pl.col("private_data_email") + text.str.count_matches(pattern).fill_null(0),
            )
    if params.ip is not None:
        out = _replace_ips(out, params.ip, params.keep_local_ip)
    return out.select("text", pl.col("private_data_email", "private_data_ip").cast(pl.Int64))


def _replace_ips(frame: pl.DataFrame, placeholder: str, keep_local: bool) -> pl.DataFrame:
    where = frame["text"].str.contains(_IPV4).fill_null(False).arg_true()
    if where.is_empty():
        return frame
    texts, counts = [], []
    for text in frame["text"].gather(where):
        found = 0

        def replace(match: re.Match[str]) -> str:
            nonlocal found
            if not _is_address(match[0], keep_local):
                return match[0]
            found += 1
            return placeholder

        texts.append(_IPV4_IN_TEXT.sub(replace, text))
        counts.append(found)
    return frame.with_columns(
        frame["text"].clone().scatter(where, pl.Series(texts, dtype=pl.String)),
        frame["private_data_ip"].cast(pl.Int64).scatter(where, pl.Series(counts, dtype=pl.Int64)),
    )


def _is_address(text: str, keep_local: bool) -> bool:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:  # a version number such as 1.2.3.400
        return False
    if not keep_local:
        return True
    local = any(address in net for net in _LOCAL)
    return not local


# The documentation ranges (RFC 5737) are not here: in a text they stand where a real address would.
_LOCAL = [
    ipaddress.IPv4Network(n)
    for n in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    )
]


STAGE = Edit(
    name="private_data",
    version=1,
    summary="Replaces e-mail and IP addresses by typed placeholders",
    params=Params,
    reads=("text",),
    adds=(
        Column("private_data_email", pl.Int64, "E-mail addresses replaced"),
        Column("private_data_ip", pl.Int64, "IPv4 addresses replaced"),
    ),
    edit=edit,
)
