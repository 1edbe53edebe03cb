# SPDX-License-Identifier: Apache-2.0
"""A mail as a report: any charset, any malformation, no attachment, once."""

from __future__ import annotations

import resource
import time
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.server.intake.actions.letters import take_letter
from krama.server.intake.actions.take import PUBLIC
from krama.server.intake.doors import letter
from krama.server.intake.doors.letter import read_letter
from krama.server.intake.doors.plain import text_of
from krama.server.intake.models import Part, Report
from tests.server.intake.doors import said

WORDS = "គេគំរាមខ្ញុំ ដោយរូបភាព"


def mail(*, html: str = "", attached: int = 0, id: str = "<1@example.org>", subject: str = "ជួយ") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "Sok <sok@example.org>", subject, id
    if html:
        made.set_content(html, subtype="html")
    else:
        made.set_content(WORDS)
    for number in range(attached):
        made.add_attachment(b"\x89PNG canary-0817", maintype="image", subtype="png", filename=f"{number}.png")
    return made


def test_words_subject_and_sender() -> None:
    found = read_letter(mail().as_bytes())
    assert (found.sender, found.id, found.words) == ("sok@example.org", "<1@example.org>", f"ជួយ\n{WORDS}")
    assert "sok" not in repr(found)


def test_attachments_are_counted_and_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    read = letter._text

    def noted(part: Any) -> Any:
        seen.append(part.get_content_type())
        return read(part)

    monkeypatch.setattr(letter, "_text", noted)
    found = read_letter(mail(attached=3).as_bytes())
    assert (found.left_out, found.words, seen) == (3, f"ជួយ\n{WORDS}", ["text/plain"])


@pytest.mark.parametrize("disposition", ['attachment; filename="a.txt"', 'inline; filename="a.txt"', "attachment"])
def test_a_text_file_is_an_attachment_too(disposition: str) -> None:
    made = mail()
    made.add_attachment("canary-0817", disposition="attachment")
    raw = made.as_bytes().replace(b"Content-Disposition: attachment", f"Content-Disposition: {disposition}".encode())
    assert (read_letter(raw).left_out, "canary" in read_letter(raw).words) == (1, False)


def test_a_mail_inside_a_mail_is_an_attachment() -> None:
    outer = mail()
    outer.add_attachment(mail(attached=1))
    assert (read_letter(outer.as_bytes()).left_out, read_letter(outer.as_bytes()).words.count(WORDS)) == (1, 1)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-7", "cp1252", "iso-8859-1", "no-such", "rot13", "hex", ""])
@pytest.mark.parametrize("coding", ["8bit", "base64", "quoted-printable"])
def test_any_charset_and_coding_is_read_or_survived(charset: str, coding: str) -> None:
    import base64
    import quopri

    text = "hello" if charset in ("cp1252", "iso-8859-1", "utf-7") else "ជួយ hello"
    try:
        raw = text.encode(charset or "utf-8")
    except LookupError:
        raw = text.encode()
    body = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(coding, bytes)(raw)
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    assert text in read_letter(head.encode() + body).words or (coding, charset) == ("8bit", "utf-16")


def test_html_alone_becomes_text() -> None:
    made = mail(
        html='<style>p{}</style><p>One &amp; <b>two</b></p><img src="http://x.example/a.png"><script>x()</script>3'
    )
    assert read_letter(made.as_bytes()).words == "ជួយ\nOne & two\n3"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b", "a < b"),
        ("<!-- x --><p>a<br>b", "a\nb"),
        ("<script>never ends", ""),
        ("a<!-- never ends", "a"),
        ("<a href='javascript:x'>link</a>", "link"),
        ("&lt;b&gt;", "<b>"),
        ("<svg><text>x</text></svg>y", "y"),
    ],
)
def test_html_is_only_ever_text(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "<script>", "</", "<![", "&#", "<p", "<x y='", "< <"])
def test_no_markup_makes_it_slow(piece: str) -> None:
    began = time.process_time()
    text_of(piece * (300_000 // len(piece)))
    assert time.process_time() - began < 5  # a quadratic one takes minutes


@pytest.mark.every
def test_nested_huge_and_broken_mails_are_bounded_in_memory_and_time() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    for raw in hostile():
        found = read_letter(raw, size=50_000_000)
        assert len(found.words) <= letter.LONGEST_WORDS
    assert time.process_time() - began < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024  # kB


def hostile() -> list[bytes]:
    """A deep nest, very many parts, one endless line, endless headers, no headers, nothing."""
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5_000))
    shallow = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(390))
    many = b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 150_000
    inner = b"Content-Type: message/rfc822\n\n" * 390
    return [
        deep,
        shallow,
        many,
        inner,
        b"Subject: x\n\n" + b"a" * 2_000_000,
        b"Subject: " + b"=?utf-8?q?" * 100_000,
        b"X: y\n" * 200_000,
        b"From: " + b"(" * 900_000,
        b"From: " + b"<" * 900_000,
        b"\x00\xff\xfe" * 300_000,
        b"",
        b"Content-Type: text/plain; " + b"charset*0=a;" * 50_000 + b"\n\nx",
        b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    ]


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    for head in (b"", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", b"Content-Transfer-Encoding: base64\n\n"):
        found = read_letter(head + raw)
        assert "\x00" not in found.words


@pytest.mark.django_db
@pytest.mark.database
def test_three_copies_of_a_mail_are_one_report() -> None:
    for hop in range(3):
        take_letter(PUBLIC, raw=f"Received: by hop {hop}\n".encode() + mail(attached=2).as_bytes(), size=900)
    report = Report.objects.get()
    assert (report.door, report.language, Part.objects.count()) == ("mail", "km", 3)
    assert said() == {"words": f"ជួយ\n{WORDS}", "sender": "sok@example.org", "left-out": "2"}


@pytest.mark.django_db
@pytest.mark.database
def test_one_id_with_other_words_is_another_report() -> None:
    take_letter(PUBLIC, raw=mail().as_bytes(), size=900)
    take_letter(PUBLIC, raw=mail(subject="ទៀត").as_bytes(), size=900)
    assert Report.objects.count() == 2


@pytest.mark.django_db
def test_a_mail_longer_than_what_is_read_says_so() -> None:
    take_letter(PUBLIC, raw=mail().as_bytes(), size=50_000_000)
    assert said()["left-out"] == "0+"
