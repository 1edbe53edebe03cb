# SPDX-License-Identifier: Apache-2.0
"""Addresses in one form: every vector that Safe Browsing v4 publishes, and ways to write past it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.text.address import LONGEST, parse_address

LONG = (
    "195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/"
)
PUBLISHED: list[tuple[str | bytes, str]] = [
    ("http://host/%25%32%35", "http://host/%25"),
    ("http://host/%25%32%35%25%32%35", "http://host/%25%25"),
    ("http://host/%2525252525252525", "http://host/%25"),
    ("http://host/asdf%25%32%35asd", "http://host/asdf%25asd"),
    ("http://host/%%%25%32%35asd%%", "http://host/%25%25%25asd%25%25"),
    ("http://www.google.com/", "http://www.google.com/"),
    (
        "http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/",
        "http://168.188.99.26/.secure/www.ebay.com/",
    ),
    (f"http://{LONG}", f"http://{LONG}"),
    (
        "http://host%23.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B",
        "http://host%23.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+",
    ),
    ("http://3279880203/blah", "http://195.127.0.11/blah"),
    ("http://www.google.com/blah/..", "http://www.google.com/"),
    ("www.google.com/", "http://www.google.com/"),
    ("www.google.com", "http://www.google.com/"),
    ("http://www.evil.com/blah#frag", "http://www.evil.com/blah"),
    ("http://www.GOOgle.com/", "http://www.google.com/"),
    ("http://www.google.com.../", "http://www.google.com/"),
    ("http://www.google.com/foo\tbar\rbaz\n2", "http://www.google.com/foobarbaz2"),
    ("http://www.google.com/q?", "http://www.google.com/q?"),
    ("http://www.google.com/q?r?", "http://www.google.com/q?r?"),
    ("http://www.google.com/q?r?s", "http://www.google.com/q?r?s"),
    ("http://evil.com/foo#bar#baz", "http://evil.com/foo"),
    ("http://evil.com/foo;", "http://evil.com/foo;"),
    ("http://evil.com/foo?bar;", "http://evil.com/foo?bar;"),
    (b"http://\x01\x80.com/", "http://%01%80.com/"),
    ("http://notrailingslash.com", "http://notrailingslash.com/"),
    ("http://www.gotaport.com:1234/", "http://www.gotaport.com/"),
    ("  http://www.google.com/  ", "http://www.google.com/"),
    ("http:// leadingspace.com/", "http://%20leadingspace.com/"),
    ("http://%20leadingspace.com/", "http://%20leadingspace.com/"),
    ("%20leadingspace.com/", "http://%20leadingspace.com/"),
    ("https://www.securesite.com/", "https://www.securesite.com/"),
    ("http://host.com/ab%23cd", "http://host.com/ab%23cd"),
    ("http://host.com//twoslashes?more//slashes", "http://host.com/twoslashes?more//slashes"),
]


@pytest.mark.parametrize(("written", "canonical"), PUBLISHED)
def test_every_published_vector(written: str | bytes, canonical: str) -> None:
    assert str(parse_address(written)) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("http://someone:secret@example.org:8080/a", "http://example.org/a"),
        ("http://good.example@bad.example/", "http://bad.example/"),
        ("http://bad.example\\a\\..\\b?c\\d", "http://bad.example/b?c\\d"),
        ("HTTP://0x7f.1/", "http://127.0.0.1/"),
        ("http://0177.0.0.01/", "http://127.0.0.1/"),
        ("http://127.0.258/", "http://127.0.1.2/"),
        ("http://1.2.3.256/", "http://1.2.3.256/"),
        ("http://089.1.1.1/", "http://089.1.1.1/"),
        ("http://1.2.3.4.5/", "http://1.2.3.4.5/"),
        ("http://[2001:DB8:0:0::1]:80/x", "http://[2001:db8::1]/x"),
        ("http://ភ្នំពេញ.example/ក", "http://xn--r2etjc6s2a6f.example/%E1%9E%80"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://B%C3%BCCHER.example/", "http://xn--bcher-kva.example/"),
        ("http://www。example。org/", "http://www.example.org/"),
        ("http://Ｅxample.org/", "http://example.org/"),
        ("http%3A%2F%2Fexample.org:80/", "http://example.org/"),
        ("http://example.org/a/./b/../../../c/.", "http://example.org/c/"),
        ("example.org:81/a?b#c", "http://example.org/a?b"),
    ],
)
def test_ways_to_write_past_a_list(written: str, canonical: str) -> None:
    assert str(parse_address(written)) == canonical


@pytest.mark.parametrize("text", ["", "http://", "/a/b", "?a", "#a", "http://:80/", "http://.../", "x" * (LONGEST + 1)])
def test_what_names_no_host_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_address(text)


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_any_text_is_an_address_in_canonical_form_or_refused(text: str | bytes) -> None:
    try:
        found = parse_address(text)
    except BadInput:
        return
    assert str(found).isascii()
    assert "#" not in str(found)
    assert found.path.startswith("/")
    assert "//" not in found.path
