# SPDX-License-Identifier: Apache-2.0
"""Finds a value in bytes however it was written there: raw, hexadecimal, base64 at each alignment, per cent, JSON,
UTF-16, composed or decomposed; and again inside of whatever can be unpacked (see `unwrapping.py`).

It must never miss: what it finds by chance a reader can dismiss, what it misses is a leak that nobody sees.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote_from_bytes

import numpy as np

from tests.canaries.unwrapping import Decoded, unwrap

DEPTH = 2  # layers that are unpacked; what is innermost is known by its own way of writing
CHUNK = 1 << 22
AHEAD = 600  # bytes after a hit that are decoded, to read which canary it is
FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")


@dataclass(frozen=True)
class Needle:
    """One way of writing one value; `decode` turns bytes from there on back into text."""

    how: str
    value: str
    pattern: bytes
    decode: Callable[[bytes], str]


@dataclass(frozen=True)
class Hit:
    """`how` names the layers, the outermost first; `text` is what stands there, decoded."""

    how: str
    value: str
    text: str


class Seeker:
    """Looks for any of these values. One pass over the bytes, whatever the number of ways of writing them."""

    def __init__(self, values: Sequence[str | bytes]) -> None:
        found = {needle.pattern: needle for value in values for needle in needles(value) if len(needle.pattern) >= 6}
        self._needles = sorted(found.values(), key=lambda one: -len(one.pattern))
        self._tables = [np.zeros(1 << 16, dtype=bool) for _ in range(3)]
        self._by_start: dict[bytes, list[Needle]] = {}
        for needle in self._needles:
            for number, table in enumerate(self._tables):
                table[int.from_bytes(needle.pattern[2 * number : 2 * number + 2], "little")] = True
            self._by_start.setdefault(needle.pattern[:6], []).append(needle)

    def find(self, data: bytes, depth: int = DEPTH) -> list[Hit]:
        """Every place, in every layer; the same text found in the same way is named once."""
        seen: dict[bytes, int] = {}  # how deep it was looked into: less deep is not enough
        return list(dict.fromkeys(self._find(Decoded("", data), depth, seen)))

    def _find(self, layer: Decoded, depth: int, seen: dict[bytes, int]) -> Iterator[Hit]:
        for needle, at in self._here(layer.data):
            text = needle.decode(layer.data[at : at + AHEAD])
            yield Hit(" in ".join(filter(None, (needle.how, layer.how))), needle.value, _readable(text))
        if depth:
            for inner in unwrap(layer.data):
                if seen.get(inner.data, -1) < depth - 1:
                    seen[inner.data] = depth - 1
                    how = " in ".join(filter(None, (inner.how, layer.how)))
                    yield from self._find(Decoded(how, inner.data), depth - 1, seen)

    def _here(self, data: bytes) -> Iterator[tuple[Needle, int]]:
        """Where a needle begins: three tables of two bytes each leave few places to look at."""
        free = 0  # UTF-16 read from its second byte on is no second place
        for start in range(0, len(data), CHUNK):
            part = np.frombuffer(data[start : start + CHUNK + 6], dtype=np.uint8).astype(np.uint16)
            pairs = part[:-1] | (part[1:] << 8)
            if len(pairs) < 5:
                continue
            count = min(len(pairs) - 4, CHUNK)
            likely = self._tables[0][pairs[:count]]
            for number in (1, 2):
                likely &= self._tables[number][pairs[2 * number : 2 * number + count]]
            for at in (np.flatnonzero(likely) + start).tolist():
                for needle in self._by_start.get(data[at : at + 6], ()):
                    if at >= free and data.startswith(needle.pattern, at):
                        free = at + len(needle.pattern)
                        yield needle, at


def needles(value: str | bytes) -> Iterator[Needle]:
    """Every way of writing it once."""
    if isinstance(value, bytes):
        yield from _of_bytes(value)
        return
    spellings = {unicodedata.normalize(form, value) for form in FORMS}
    spellings |= {change(one) for one in spellings for change in (str.lower, str.upper, str.casefold)} | {value}
    for text in sorted(spellings):
        raw = text.encode("utf-8", "surrogatepass")
        for coding in ("utf-16-le", "utf-16-be"):
            yield Needle(coding, value, text.encode(coding, "surrogatepass"), _utf16(coding))
        yield Needle("plain", value, raw, lambda data: data.decode("utf-8", "replace"))
        for how, written in _as_json(text):
            yield Needle(how, value, written, _unescape)
        for how, written in _as_percent(raw):
            yield Needle(how, value, written, _unquote)
        for how, digits in (("hex", raw.hex()), ("HEX", raw.hex().upper())):
            yield Needle(how, value, digits.encode(), _unhex)
        for how, written, skipped in _as_base64(raw):
            yield Needle(how, value, written, lambda data, skipped=skipped: _unbase64(data, skipped))  # type: ignore[misc]


def _of_bytes(value: bytes) -> Iterator[Needle]:
    """As they are, in hexadecimal, in base64; whatever stands after them, they are known by these themselves."""
    ways = [("plain", value), ("hex", value.hex().encode()), ("HEX", value.hex().upper().encode())]
    ways += [(how, written) for how, written, _ in _as_base64(value)]
    for how, written in ways:
        yield Needle(how, value.hex(), written, lambda _data: value.hex())


def _as_json(text: str) -> Iterator[tuple[str, bytes]]:
    escaped = json.dumps(text)[1:-1]
    yield "json", escaped.encode()
    yield "json", re.sub(r"\\u[0-9a-f]{4}", lambda hit: "\\u" + hit[0][2:].upper(), escaped).encode()
    units = text.encode("utf-16-be", "surrogatepass")
    every = [units[start : start + 2].hex() for start in range(0, len(units), 2)]
    yield "json, every letter", "".join(f"\\u{unit}" for unit in every).encode()


def _as_percent(raw: bytes) -> Iterator[tuple[str, bytes]]:
    for safe in ("/", ""):
        quoted = quote_from_bytes(raw, safe)
        yield "percent", quoted.encode()
        yield "percent", quoted.replace("%20", "+").encode()
        yield "percent", re.sub(r"%[0-9A-F]{2}", lambda hit: hit[0].lower(), quoted).encode()
    yield "percent, every byte", "".join(f"%{byte:02X}" for byte in raw).encode()
    yield "percent, every byte", "".join(f"%{byte:02x}" for byte in raw).encode()


def _as_base64(raw: bytes) -> Iterator[tuple[str, bytes, int]]:
    """At the three alignments, without the letters that depend on the neighbours; and how many bytes are missing."""
    for before in range(3):
        first, last = (0, 2, 3)[before], (before + len(raw)) * 8 // 6
        for how, encode in (("base64", base64.b64encode), ("base64 for addresses", base64.urlsafe_b64encode)):
            yield how, encode(bytes(before) + raw + bytes(3))[first:last], before


def _utf16(coding: str) -> Callable[[bytes], str]:
    return lambda data: data[: len(data) // 2 * 2].decode(coding, "replace")


def _unescape(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda hit: chr(int(hit[1], 16)), text)


def _unquote(data: bytes) -> str:
    return re.sub(rb"%([0-9a-fA-F]{2})", lambda hit: bytes.fromhex(hit[1].decode()), data).decode("utf-8", "replace")


def _unhex(data: bytes) -> str:
    run = re.match(rb"(?:[0-9a-fA-F]{2})*", data)
    return bytes.fromhex(run[0].decode() if run else "").decode("utf-8", "replace")


def _unbase64(data: bytes, before: int) -> str:
    run = re.match(rb"[A-Za-z0-9+/_-]*", b"AAA"[: (0, 2, 3)[before]] + data)
    clean = (run[0] if run else b"").translate(bytes.maketrans(b"-_", b"+/"))
    rest = len(clean) % 4
    return base64.b64decode(clean + b"A" * (4 - rest if rest else 0))[before:].decode("utf-8", "replace")


def _readable(text: str) -> str:
    return "".join(letter if letter.isprintable() or letter > "\u1780" else " " for letter in text[:120])
