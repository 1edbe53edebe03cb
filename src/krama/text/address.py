# SPDX-License-Identifier: Apache-2.0
"""Web addresses in one form, however they are written: as Safe Browsing v4 publishes it.

https://developers.google.com/safe-browsing/v4/urls-hashing#canonicalization. Beyond what it says: a backslash before
the query is a slash, as browsers read it, and names that are not ASCII become IDNA A-labels by UTS 46 (RFC 5891).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from krama.errors import BadInput

LONGEST = 8_192  # bytes; browsers and servers refuse longer ones
ESCAPED = re.compile(rb"%([0-9a-fA-F]{2})")
SCHEME = re.compile(rb"([a-zA-Z][a-zA-Z0-9+.-]*)://")
PART = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


@dataclass(frozen=True)
class Address:
    """A canonical address. `query` is None where there is no question mark; `host` is an A-label or a number."""

    scheme: str
    host: str
    path: str
    query: str | None
    is_number: bool = False

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}" + (f"?{self.query}" if self.query is not None else "")


def parse_address(text: str | bytes) -> Address:
    """The canonical form of an address, with or without scheme; `BadInput` where it names no host."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > LONGEST:
        raise BadInput(f"An address has at most {LONGEST} bytes; this one has {len(data)}.")
    data = re.sub(rb"[\t\r\n]", b"", data.strip(b" ")).partition(b"#")[0]
    data = _unescape(data)
    found = SCHEME.match(data)
    scheme, rest = (found[1].decode().lower(), data[found.end() :]) if found else ("http", data)
    before, mark, query = rest.partition(b"?")
    authority, _slash, path = before.replace(b"\\", b"/").partition(b"/")
    host, is_number = _host(authority)
    if not host:
        raise BadInput("The address names no host: give one like https://example.org/page.")
    return Address(scheme, host, _path(path), _escape(query) if mark else None, is_number)


def _unescape(data: bytes) -> bytes:
    """Percent-unescape again and again until nothing changes; each round shortens it, so it ends."""
    while True:
        plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
        if plain == data:
            return data
        data = plain


def _escape(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 < byte < 0x7F and byte not in b"#%" else f"%{byte:02X}" for byte in data)


def _host(authority: bytes) -> tuple[str, bool]:
    name = authority.rpartition(b"@")[2]
    if name.startswith(b"["):
        return _version_six(name)
    name = re.sub(rb":[0-9]*$", b"", name)
    name = re.sub(rb"\.+", b".", _as_ascii(name).lower()).strip(b".")
    number = _number(name.decode("latin-1"))
    return (number, True) if number else (_escape(name), False)


def _version_six(name: bytes) -> tuple[str, bool]:
    inside = name[1:].partition(b"]")[0].decode("latin-1")
    try:
        return f"[{ipaddress.IPv6Address(inside).compressed}]", True
    except ValueError:
        return _escape(name.lower()), False


def _as_ascii(name: bytes) -> bytes:
    """A name of other letters as A-labels; what IDNA refuses stays as it is, and is escaped."""
    if name.isascii():
        return name
    import idna  # its tables are large, and most names need none

    try:
        return idna.encode(name.decode(), uts46=True)
    except (idna.IDNAError, UnicodeError):
        return name


def _number(name: str) -> str | None:
    """Four numbers of every way to write an IPv4 address (inet_aton(3)): one to four parts, decimal, octal or hex."""
    parts = name.split(".")
    if len(parts) > 4 or not all(PART.fullmatch(part) for part in parts):
        return None
    try:
        values = [_part(part) for part in parts]
    except ValueError:  # an 8 in an octal number
        return None
    last = 256 ** (5 - len(values))
    if any(value > 255 for value in values[:-1]) or values[-1] >= last:
        return None
    whole = sum(value << 8 * (3 - at) for at, value in enumerate(values[:-1])) + values[-1]
    return str(ipaddress.IPv4Address(whole))


def _part(text: str) -> int:
    if text[:2] in ("0x", "0X"):
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") else int(text)


def _path(path: bytes) -> str:
    """Without `.`, `..` and doubled slashes; what ended in one of them ends in a slash."""
    kept: list[bytes] = []
    parts = path.split(b"/")
    for part in parts:
        if part == b"..":
            kept = kept[:-1]
        elif part not in (b"", b"."):
            kept.append(part)
    slash = "/" if kept and parts[-1] in (b"", b".", b"..") else ""
    return "/" + "/".join(_escape(part) for part in kept) + slash
