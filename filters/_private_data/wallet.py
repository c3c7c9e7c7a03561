"""Addresses of crypto currencies: Base58Check, Bech32 (BIP 173, BIP 350), and Ethereum's hexadecimal form (EIP-55)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from stdnum import bitcoin

from filters._private_data.kinds import Found, Kind, Options, Piece

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# First byte of the decoded address -> currency.
_VERSIONS = {
    0x00: "btc", 0x05: "btc", 0x30: "ltc", 0x32: "ltc", 0x1E: "doge", 0x16: "doge", 0x4C: "dash", 0x10: "dash",
    0x41: "trx",
}  # fmt: skip
_HEX = re.compile(r"0x[0-9A-Fa-f]{40}")


def _base58check(written: str) -> str | None:
    number = 0
    for char in written:
        value = _BASE58.find(char)
        if value < 0:
            return None
        number = number * 58 + value
    if number >= 1 << 200:
        return None
    raw = number.to_bytes(25, "big")
    if sha256(sha256(raw[:21]).digest()).digest()[:4] != raw[21:]:
        return None
    return _VERSIONS.get(raw[0])


def find(piece: Piece, options: Options) -> Iterator[Found]:
    """The address that the place itself is; the detail is the currency."""
    written = piece.text[piece.start : piece.end]
    currency: str | None = None
    if _HEX.fullmatch(written):
        # Without capitals there is no check; a contract of one repeated digit names nobody.
        currency = "eth" if len(set(written[2:].lower())) > 4 else None
    elif written.lower().startswith("bc1"):
        currency = "btc" if bitcoin.is_valid(written) else None
    elif len(written) <= 35:
        currency = _base58check(written)
    if currency is not None:
        yield piece.start, piece.end, currency


KIND = Kind("wallet", "Address of a crypto currency; generalised to the currency", ("wallet",), find)
