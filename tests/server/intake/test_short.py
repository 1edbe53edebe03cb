# SPDX-License-Identifier: Apache-2.0
"""Short texts: every reply fits two messages, no Khmer letter is cut, and a number is a choice however it was typed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.server.intake import help
from krama.server.intake.doors import sentences, short

pytestmark = pytest.mark.django_db
# An independent reading of a Khmer letter: a base, then everything that hangs on it.
LETTER = re.compile("[\u1780-\u17a2\u17a5-\u17b3](?:\u17d2[\u1780-\u17a2]|[\u17b4-\u17d1\u17d3\u17dd])*|.", re.DOTALL)
GSM = re.compile(r"[A-Za-z0-9 \r\n@£$¥!\"#%&'()*+,\-./:;<=>?]*")
KHMER = st.text(alphabet="កខគឃងតថនបផពមយរលវសហឡអាិីឹឺុូួើៀេែៃោៅំះៈ់៌្ 1។abc", max_size=300)


def letters(text: str) -> set[int]:
    """Where a letter begins."""
    return {match.start() for match in LETTER.finditer(text)} | {len(text)}


def broken(cut: list[str], whole: str) -> list[str]:
    """Parts that begin or end inside a letter."""
    found, at = [], 0
    for part in cut:
        start = whole.index(part, at)
        at = start + len(part)
        if not {start, at} <= letters(whole):
            found.append(part)
    return found


@given(KHMER)
def test_no_part_is_longer_than_a_message_and_no_letter_is_cut(text: str) -> None:
    plain = text.lstrip("\u17b6\u17b7\u17b8\u17b9\u17ba\u17d2").strip()
    cut = short.parts(plain)
    assert all(short.units(part) <= short.ALONE for part in cut)
    assert "".join("".join(cut).split()) == "".join(plain.split())


def test_a_cut_without_care_would_be_seen() -> None:
    text = "ស្ត្រី" * 20
    careless = [text[start : start + short.ALONE] for start in range(0, len(text), short.ALONE)]
    assert broken(careless, text)
    assert not broken(short.parts(text), text)


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("reply", sentences.SMS)
def test_every_reply_fits_two_messages_wherever_a_gateway_cuts(reply: str, language: str) -> None:
    text = sentences.sms(reply, language)
    assert short.units(text) <= short.LONGEST
    for place in (short.JOINED, short.ALONE):
        assert place >= len(text) or place in letters(text)
    assert len(short.parts(text)) <= 2
    assert not broken(short.parts(text), text)


@given(st.from_regex(r"[0-9]{3,12}", fullmatch=True))
def test_another_firms_number_does_not_break_a_letter(number: str) -> None:
    text = short.joined([str(one).replace("%(support)s", number) for one in KHMER_START])
    assert all(place >= len(text) or place in letters(text) for place in (short.JOINED, short.ALONE))


KHMER_START = (
    "យើងបានទទួលសារប្អូន។",
    "ជំនួយឥតគិតថ្លៃ៖ %(support)s។",
    "មានគ្រោះថ្នាក់? ផ្ញើ 1។",
    "ឬប្រាប់រឿងនោះ។",
    "ផ្ញើ ឈប់ ដើម្បីបញ្ចប់។",
)


@pytest.mark.parametrize("name", sentences.SCREENS)
def test_every_screen_fits_a_phone(name: str) -> None:
    english, khmer = sentences.screen(name, "en")[4:], sentences.screen(name, "km")[4:]
    assert len(english) <= 160
    assert GSM.fullmatch(english)
    assert short.units(khmer) <= 70 or GSM.fullmatch(khmer)


def test_the_first_screen_shows_on_a_phone_without_khmer_letters() -> None:
    assert GSM.fullmatch(sentences.screen("start", "km"))


def test_the_numbers_are_the_countrys(monkeypatch: pytest.MonkeyPatch) -> None:
    line = help.support("km")[0]
    monkeypatch.setattr(help, "support", lambda language: [replace(line, dial="1999")])
    assert "1999" in sentences.sms("start", "km")
    assert "1280" not in sentences.sms("start", "km")


@pytest.mark.parametrize(
    ("typed", "choice"),
    [("1", "1"), ("១", "1"), (" ២. ", "2"), ("1)", "1"), ("11", ""), ("one", ""), ("", ""), ("²", ""), ("٣", "")],
)
def test_a_choice_however_it_was_typed(typed: str, choice: str) -> None:
    assert short.choice_of(typed) == choice


@pytest.mark.parametrize(("text", "language"), [("help", "en"), ("ជួយ me", "km"), ("123 ?", ""), ("", "")])
def test_the_language_is_that_of_the_script(text: str, language: str) -> None:
    assert short.language_of(text) == language
