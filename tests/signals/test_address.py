# SPDX-License-Identifier: Apache-2.0
"""What of an address a list may know: the published expressions, in a list of many, looked up by hash alone."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from krama.errors import BadSignal
from krama.signals import (
    HashList,
    Index,
    Signal,
    SignalType,
    address_hashes,
    expressions,
    hash_of,
    listed_value,
    read_csv,
)
from krama.text.address import parse_address

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "http://a.b.c/1/2.html?param=1",
            "a.b.c/1/2.html?param=1 a.b.c/1/2.html a.b.c/ a.b.c/1/ b.c/1/2.html?param=1 b.c/1/2.html b.c/ b.c/1/",
        ),
        (
            "http://a.b.c.d.e.f.g/1.html",
            (
                "a.b.c.d.e.f.g/1.html a.b.c.d.e.f.g/ c.d.e.f.g/1.html c.d.e.f.g/ d.e.f.g/1.html d.e.f.g/ "
                "e.f.g/1.html e.f.g/ f.g/1.html f.g/"
            ),
        ),
        ("http://1.2.3.4/1/", "1.2.3.4/1/ 1.2.3.4/"),
        ("http://example.co.uk/1", "example.co.uk/1 example.co.uk/ co.uk/1 co.uk/"),
        ("http://host/", "host/"),
        ("http://x.y/1/2/3/4/5?q", "x.y/1/2/3/4/5?q x.y/1/2/3/4/5 x.y/ x.y/1/ x.y/1/2/ x.y/1/2/3/"),
        ("http://[2001:db8::1]/a", "[2001:db8::1]/a [2001:db8::1]/"),
    ],
)
def test_the_published_expressions(address: str, expected: str) -> None:
    assert expressions(parse_address(address)) == expected.split()


def test_a_hash_of_the_published_example() -> None:
    assert address_hashes("http://a.b.c/1/2.html?param=1")[0] == (
        "1cd5cf5ed8e6df424bdbb400f7b2a3fcb215c4c3f7fa2965a11446cde3c162f3"
    )


def index_of(*listed: str) -> Index:
    others = [Signal(SignalType.URL, hash_of(f"other{number}.example/")) for number in range(2_000)]
    given = [Signal(SignalType.URL, listed_value(SignalType.URL, one)) for one in listed]
    return Index.of([(HashList("addresses", "o", "b"), others + given)])


@pytest.mark.parametrize(
    ("listed", "asked", "known"),
    [
        ("bad.example", "https://www.bad.example/any/page?x=1#y", True),
        ("http://bad.example/folder/", "http://bad.example:8080/folder/deep/file", True),
        ("http://bad.example/folder/", "http://bad.example/other", False),
        ("http://bad.example/page?id=1", "http://bad.example/page?id=2", False),
        ("http://bad.example/page", "http://bad.example/page?id=2", True),
        ("http://www.bad.example/", "http://bad.example/", False),
        ("http://bücher.example/", "http://XN--BCHER-KVA.example/x", True),
    ],
)
def test_a_list_knows_an_address_by_its_host_and_path(listed: str, asked: str, known: bool) -> None:
    index = index_of(listed)
    hits = [hit for value in address_hashes(asked) for hit in index.find(SignalType.URL, value, now=NOW)]
    assert bool(hits) is known


def test_a_list_in_csv_gives_addresses_or_their_hashes_and_keeps_only_hashes() -> None:
    text = f"signal_type,value\nurl,https://Bad.example/x\nURL,{hash_of('bad.example/x').upper()}\nurl,http://\n"
    outcome = read_csv(io.BytesIO(text.encode()))
    assert [signal.value for signal in outcome.signals] == [hash_of("bad.example/x")] * 2
    assert [(bad.number, "names no host" in bad.reason) for bad in outcome.bad] == [(4, True)]


def test_an_address_is_not_taken_for_its_hash_where_only_hashes_are_looked_for() -> None:
    with pytest.raises(BadSignal, match="64 hex digits"):
        index_of().find(SignalType.URL, "http://bad.example/", now=NOW)
