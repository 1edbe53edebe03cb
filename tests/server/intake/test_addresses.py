# SPDX-License-Identifier: Apache-2.0
"""Addresses of other systems: TLS or this machine, no password in them, and no message leads elsewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadHome
from krama.server.intake.doors.addresses import place_of, sms_address

SEND = "https://gateway.example/cgi-bin/sendsms?username=k&password={password}&to={to}&text={text}&coding=2"
SCHEMES = ("imaps", "imap+starttls", "imap")


@given(to=st.text(max_size=30), text=st.text(max_size=200))
def test_whatever_is_said_stays_in_its_place(to: str, text: str) -> None:
    clean = [one.encode("utf-8", "replace").decode() for one in (to, text)]
    parts = urlsplit(sms_address(SEND, "", to=clean[0], text=clean[1]))
    said = parse_qs(parts.query, keep_blank_values=True)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "gateway.example", "/cgi-bin/sendsms")
    assert (said["to"], said["text"], said["username"]) == ([clean[0]], [clean[1]], ["k"])


@pytest.mark.parametrize(
    "template",
    [
        "http://gateway.example/?to={to}&text={text}",
        "https://{to}/?text={text}",
        "https://gateway.example/{to}?text={text}",
        "https://gateway.example/?to={to}",
        "https://gateway.example/?to={to}&text={text}&x={other}",
        "https://gateway.example/?to={to.__class__}&text={text}",
        "https://gateway.example/?to={to!r}&text={text}",
        "file:///etc/passwd?to={to}&text={text}",
        "ftp://gateway.example/?to={to}&text={text}",
        "https:///?to={to}&text={text}",
        "",
    ],
)
def test_a_template_that_could_lead_elsewhere_is_refused(template: str) -> None:
    with pytest.raises(BadHome):
        sms_address(template, "", to="1", text="x")


def test_the_password_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("s e&cret\n")
    address = sms_address(SEND, str(tmp_path / "p"), to="1", text="x")
    assert parse_qs(urlsplit(address).query)["password"] == ["s e&cret"]
    with pytest.raises(BadHome):
        sms_address(SEND, str(tmp_path / "none"), to="1", text="x")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_be_reached_in_clear(host: str) -> None:
    assert place_of("KRAMA_MAIL_URL", f"imap://r@{host}:1143/INBOX", "", SCHEMES).port == 1143
    assert sms_address(f"http://{host}:13013/?to={{to}}&text={{text}}", "", to="1", text="x").startswith("http://")


def test_a_place_in_full(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("secret\n")
    found = place_of(
        "KRAMA_MAIL_URL", "imaps://reports%40x.example@mail.example/Re%20ports", str(tmp_path / "p"), SCHEMES
    )
    assert (found.host, found.port, found.user, found.folder) == ("mail.example", 993, "reports@x.example", "Re ports")
    assert (found.password, "secret" in repr(found)) == ("secret", False)


@pytest.mark.parametrize(
    "url",
    [
        "imap://r@mail.example/INBOX",
        "imap://r@127.0.0.1.example/INBOX",
        "imaps://r:secret@mail.example/INBOX",
        "imaps:///INBOX",
        "https://mail.example/",
        "imaps://r@mail.example:99999/INBOX",
    ],
)
def test_a_mailbox_in_clear_or_with_its_password_is_refused(url: str) -> None:
    with pytest.raises(BadHome):
        place_of("KRAMA_MAIL_URL", url, "", SCHEMES)
