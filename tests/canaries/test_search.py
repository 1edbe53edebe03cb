# SPDX-License-Identifier: Apache-2.0
"""The search itself: whatever is planted, in whatever two layers of writing, in the midst of noise, is found."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries.found import Found, leaks
from tests.canaries.places import PLACES
from tests.canaries.search import Seeker
from tests.canaries.values import Canaries

Text = Callable[[str], bytes]
Bytes = Callable[[bytes], bytes]


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return out.getvalue()


# The inner layer writes text, the outer one writes bytes.
INNER: dict[str, Text] = {
    "raw": lambda text: text.encode(),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "json": lambda text: json.dumps(text).encode(),
    "json, letters as they are": lambda text: json.dumps(text, ensure_ascii=False).encode(),
    "percent": lambda text: quote(text).encode(),
    "percent, every byte": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "composed": lambda text: unicodedata.normalize("NFC", text).encode(),
}
OUTER: dict[str, Bytes] = {
    "raw": lambda data: data,
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "base64": base64.b64encode,
    "base64 one on": lambda data: base64.b64encode(b"x" + data),
    "base64 two on": lambda data: base64.b64encode(b"xy" + data),
    "base64 for addresses": lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
    "base64 of mail": base64.encodebytes,
    "percent": lambda data: quote(data, safe="").encode(),
    "json": lambda data: json.dumps(data.decode("latin-1")).encode(),
    "utf-16": lambda data: data.decode("latin-1").encode("utf-16-le"),
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "zip": zipped,
}
VALUES = st.text(st.one_of(st.characters(codec="utf-8"), st.characters(min_codepoint=0x1780, max_codepoint=0x17F9)))
LONG = VALUES.map(lambda text: text.replace("\0", "")).filter(lambda text: len(text.encode()) >= 12)
KNOWN = ("Sok Dara 012345", "សុខដារ៉ាជាកុមារ", "Zoë from Pâris é")


def noisy(data: bytes, seed: int) -> bytes:
    noise = random.Random(seed)
    return noise.randbytes(200 + seed % 7) + b"\n" + data + b"\n" + noise.randbytes(300)


@given(LONG, st.sampled_from(sorted(INNER)), st.sampled_from(sorted(OUTER)), st.integers(0, 1000))
def test_any_value_in_any_two_layers_is_found(value: str, inner: str, outer: str, seed: int) -> None:
    assert Seeker([value]).find(noisy(OUTER[outer](INNER[inner](value)), seed)), (inner, outer)


@given(LONG, st.lists(st.sampled_from(sorted(OUTER)), min_size=2, max_size=2), st.integers(0, 1000))
def test_any_value_in_any_two_outer_layers_is_found(value: str, chain: list[str], seed: int) -> None:
    data = value.encode()
    for name in chain:
        data = OUTER[name](data)
    assert Seeker([value]).find(noisy(data, seed)), chain


@pytest.mark.parametrize("value", KNOWN)
def test_every_pair_of_layers_is_found(value: str) -> None:
    seek, missed = Seeker([value]), []
    for inner, write in INNER.items():
        missed += [(inner, outer) for outer, wrap in OUTER.items() if not seek.find(noisy(wrap(write(value)), 5))]
    assert missed == []


def test_what_was_seen_at_the_last_layer_is_opened_when_it_comes_earlier() -> None:
    """Found by the property: the same bytes came first by a longer way, where they were not opened any more."""
    value = "00\x80\x80\x80\U00010000"
    data = OUTER["utf-16"](OUTER["utf-16"](value.encode()))
    assert Seeker([value]).find(noisy(data, 0), depth=2)


@pytest.mark.parametrize("value", KNOWN)
def test_noise_and_others_are_not_found(value: str) -> None:
    noise = random.Random(7).randbytes(300_000)
    assert Seeker([value]).find(noise + b"Sok Dary 012345" + "សុខដារ៉ាជាកុមារី"[2:].encode() + noise) == []


def test_a_value_that_lies_across_two_chunks_is_found() -> None:
    from tests.canaries.search import CHUNK

    for back in (1, 3, 7, 12):
        data = bytes(CHUNK - back) + KNOWN[0].encode() + bytes(50)
        assert [hit.text.strip() for hit in Seeker([KNOWN[0]]).find(data, depth=0)] == [KNOWN[0]]


def test_it_says_what_stands_there() -> None:
    data = base64.b64encode(b"ab" + KNOWN[1].encode() + b" 0042 and more")
    assert any("0042" in hit.text for hit in Seeker([KNOWN[1]]).find(data, depth=0))


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("drawn", ["4929000011112222", "127.101.202.103", "២១៣៤ ៥៦៧៨", bytes(range(150, 182))], ids=str)
def test_what_krama_drew_is_found_and_known_again(drawn: str | bytes, outer: str) -> None:
    """A receipt's code, an address, a key: none has this run's own letters."""
    canaries = Canaries()
    canaries.learn(drawn, "made something")
    data = drawn.encode() if isinstance(drawn, str) else drawn
    hits = Seeker(canaries.marks).find(bytes(40) + OUTER[outer](data) + b"\n" + bytes(40))
    assert {canary.door for hit in hits if (canary := canaries.known(hit.text))} == {"made something"}


@pytest.mark.parametrize("name", ["logs", "rows", "home", "sessions", "exports", "pg_dump"])
@pytest.mark.parametrize("door", ["header REMOTE_ADDR", "made receipt code", "page intake:report back-to"])
def test_what_tells_who_told_us_is_a_leak_wherever_it_stands(door: str, name: str) -> None:
    """Planted in any place, also in one that keeps the firm's own words."""
    canaries, place = Canaries(), next(one for one in PLACES if one.name == name)
    canaries.learn("127.101.202.103", door)
    (hit,) = Seeker(canaries.marks).find(b"client=127.101.202.103 path=/report")
    found = Found(place, "said-1", hit, canaries.known(hit.text))
    assert len(leaks([found])) == 1
    assert door in leaks([found])[0]
