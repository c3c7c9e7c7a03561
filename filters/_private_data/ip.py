"""Addresses of machines: IPv4 (RFC 791) and IPv6 (RFC 4291)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from filters._private_data.kinds import Found, Kind, Options, Piece
from filters._private_data.words import beside

_V4 = re.compile(r"(?<![\w.])(?<![0-9]-)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.[0-9])", re.ASCII)
_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{4,39}(?![\w:]|\.[0-9])", re.ASCII)
_BYTES = re.compile(r"(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}")
# A block that a registry gave to a provider (`2001:db8::`): nobody's own network.
_BLOCK = re.compile(r"[0-9A-Fa-f]{4}(?::[0-9A-Fa-f]{1,4})?::0?")
_FIRST_GROUP = re.compile(r"(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{4}:")

_PORT = re.compile(r":[0-9]{2,5}|/(?:8|[12][0-9]|3[0-2])(?![0-9])")
_LARGE = re.compile(
    r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.(?:[4-9][0-9]|[12][0-9]{2})(?:\.[0-9]{1,3}){0,3}(?![0-9.])"
)
# `6.3.2. …` before, a full stop and a title after: a table of contents.
_CHAPTER = re.compile(r"(?:^|\s)[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?\s[^\n]*\n?[^\n]*$")
_TITLE = re.compile(r"\. ?\S")

# The documentation ranges (RFC 5737, RFC 3849) are not here: in a text they stand where a real address would.
_LOCAL_V4 = [
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
# All that is routed (RFC 4291, section 2.4); loopback, link local, unique local and multicast lie outside.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
# Groups of an address whose numbers are this small read like the number of a section or a version.
_SMALL = 32


def find_v4(piece: Piece, options: Options) -> Iterator[Found]:
    """IPv4 addresses in a piece; the detail is the network."""
    for match in _V4.finditer(piece.text):
        try:
            address = ipaddress.IPv4Address(match[0])
        except ValueError:  # a version number such as 1.2.3.400
            continue
        local = any(address in net for net in _LOCAL_V4)
        if local and options.keep_local_ip:
            continue
        if beside("version", piece.before(match.start(), 24), at_end=True):
            continue
        if not local and max(address.packed) < _SMALL and not _in_a_network(piece, match.start(), match.end()):
            continue
        yield match.start(), match.end(), _network_v4(address, options.ip_prefix)


def find_v6(piece: Piece, options: Options) -> Iterator[Found]:
    """IPv6 addresses in a piece; the detail is the network."""
    for match in _V6.finditer(piece.text):
        written = match[0]
        # `Face::Bad` is a name in many programming languages; eight bytes with colons are a key or a number.
        if not any(c in "0123456789" for c in written) or _BYTES.fullmatch(written):
            continue
        try:
            address = ipaddress.IPv6Address(written)
        except ValueError:
            continue
        if options.keep_local_ip and address not in _GLOBAL_V6:
            continue
        if address in _GLOBAL_V6 and (not _FIRST_GROUP.match(written) or _BLOCK.fullmatch(written)):
            continue
        yield match.start(), match.end(), _network_v6(address, options.ipv6_prefix)


def _in_a_network(piece: Piece, start: int, end: int) -> bool:
    """Does something beside small numbers say that they are an address?"""
    text, after = piece.text, piece.text[end : end + 7]
    if text[start - 1 : start] in ("@", "[") or text[start - 2 : start] == "//" or _PORT.match(after):
        return True
    before = piece.before(start, 60)
    if _CHAPTER.search(before) or _TITLE.match(text, end):
        return False
    return any(beside("network", side) or _LARGE.search(side) for side in (before, piece.after(end, 30)))


def _network_v4(address: ipaddress.IPv4Address, bits: int) -> str:
    """The network in the short form that is no address: `203.0/16`."""
    network = ipaddress.IPv4Network((address, bits), strict=False)
    groups = str(network.network_address).split(".")[: max(1, -(-bits // 8))]
    return f"{'.'.join(groups)}/{bits}"


def _network_v6(address: ipaddress.IPv6Address, bits: int) -> str:
    network = ipaddress.IPv6Network((address, bits), strict=False)
    groups = network.network_address.exploded.split(":")[: max(1, -(-bits // 16))]
    return f"{':'.join(format(int(g, 16), 'x') for g in groups)}/{bits}"


V4 = Kind("ip", "IPv4 address; generalised to its network", ("quad",), find_v4)
V6 = Kind("ipv6", "IPv6 address; generalised to its network", ("colons",), find_v6)
