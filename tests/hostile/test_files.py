# SPDX-License-Identifier: Apache-2.0
"""Broken, lying and enormous files through the API: each gets an answer, none gets past, the house stands."""

from __future__ import annotations

import pytest

from tests.hostile import files, wire
from tests.hostile.house import Served

pytestmark = pytest.mark.loopback


def verdict(answer: wire.Answer) -> tuple[str, str]:
    assert answer.status == 200, answer.body
    assert answer.json["detail"], "a person is not told why"
    return answer.json["verdict"], answer.json["reason"]


@pytest.mark.parametrize("form", files.FORMATS)
def test_a_picture_cut_short_is_for_a_person_to_look_at(well: Served, form: str) -> None:
    data = files.picture(form)
    for kept in (len(data) // 2, len(data) - 3, 40, 9):
        outcome, reason = verdict(well.scan(data[:kept]))
        assert outcome == "review"
        assert reason in ("truncated", "undecodable")


@pytest.mark.parametrize("form", files.FORMATS)
def test_half_a_picture_is_called_truncated(well: Served, form: str) -> None:
    data = files.picture(form)
    assert verdict(well.scan(data[: len(data) // 2])) == ("review", "truncated")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif", "a.avif"])
def test_an_empty_file_is_never_let_through(well: Served, name: str) -> None:
    answer = wire.post(well.port, well.key, wire.form(wire.part(b"", filename=name)))
    assert verdict(answer) == ("review", "undecodable")
    assert "empty" in answer.json["detail"]


def test_a_header_that_claims_fifty_thousand_pixels_square(well: Served) -> None:
    answer = well.scan(files.claiming(50_000, 50_000))
    assert verdict(answer) == ("review", "undecodable")
    assert "50,000 x 50,000" in answer.json["detail"]
    assert answer.seconds < 2


def test_text_called_jpg(well: Served) -> None:
    answer = well.scan("This is a letter, not a picture. សួស្តី\n".encode() * 200)
    assert verdict(answer) == ("review", "undecodable")
    assert "JPEG" in answer.json["detail"]


def test_an_animation_of_ten_thousand_frames(well: Served) -> None:
    answer = well.scan(files.animation(10_000))
    assert answer.status == 200
    assert answer.json["content"]["media_type"] == "image/gif"
    assert answer.json["verdict"] in ("allow", "review")
    assert answer.seconds < 10


def test_a_good_picture_among_the_bad_is_answered_as_ever(well: Served) -> None:
    batch = [b"", files.picture("PNG")[:99], files.picture("PNG"), b"text", files.picture("WEBP")]
    found = [well.scan(data).json["verdict"] for data in batch]
    assert found == ["review", "review", "allow", "review", "allow"]
