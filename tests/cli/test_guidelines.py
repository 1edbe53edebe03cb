# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines`: list, show and a profile in the terminal, from the base install alone."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result

from krama.cli import main
from krama.guidelines import shipped
from tests.cli.test_group import run_without


def guidelines(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, ["guidelines", *arguments], input=answers)


@pytest.mark.parametrize("language", ["en", "km"])
def test_list_shows_every_line(language: str) -> None:
    done = guidelines("list", "--lang", language)
    assert done.stdout.splitlines() == [f"{line.id}: {line.text.in_(language)}" for line in shipped().lines]


def test_list_of_one_sector_as_json_has_both_languages() -> None:
    rows = [json.loads(row) for row in guidelines("list", "--sector", "mno", "--json").stdout.splitlines()]
    assert [row["id"] for row in rows] == [line.id for line in shipped().lines if "mno" in line.sectors]
    assert set(rows[0]["why"]) == {"en", "km"}
    assert rows[0]["proof"][0]["kind"]


def test_show_says_everything_about_one_line() -> None:
    line = shipped().line("fc.match-uploads")
    assert line is not None
    done = guidelines("show", line.id, "--lang", "km")
    assert done.exit_code == 0
    assert all(text.km in done.stdout for text in (line.text, line.why, line.good))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["show", "a1.nothing"], "There is no line 'a1.nothing'"), (["list", "--sector", "bank"], "use one of sm, isp")],
)
def test_what_is_not_there_is_said(arguments: list[str], words: str) -> None:
    done = guidelines(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr


def test_the_profile_asks_six_questions_and_ends_with_first_things() -> None:
    done = guidelines("profile", answers="2\n\n1 2\n1\n1 2\ny\n")
    assert done.exit_code == 0, done.output
    assert "First three things:" in done.stdout
    assert "Internet service provider: Write the page a subscriber sees" in done.stdout
    assert "It is asked only in: " in done.stdout
    assert "Khmer; English" in done.stdout


def test_the_profile_asks_again_when_an_answer_cannot_be_read() -> None:
    done = guidelines("profile", answers="nine\n7\n6\n\n1\n1 2\n1\n\nn\n")
    assert done.exit_code == 0, done.output
    assert "give numbers from 1 to 6" in done.output
    assert "give one number" in done.output


def test_the_base_install_is_enough() -> None:
    done = run_without(["django", "ninja", "granian", "numpy", "PIL"], "guidelines", "show", "kh.prevention")
    assert done.returncode == 0, done.stderr
    assert "Take steps that stop harm" in done.stdout


def test_the_profile_is_entirely_khmer_when_asked() -> None:
    done = guidelines("profile", "--lang", "km", answers="៩\n7\n៦\n\n1\n1 2\n1\n\nប្រហែល\n០\n")
    assert done.exit_code == 0, done.output
    shown = re.sub(r"[a-z0-9]+\.[a-z-]+", "", done.output)  # a line's id is no word
    assert re.findall("[A-Za-z]{2,}", shown) == []
    assert "សូមឱ្យលេខពី 1 ដល់ 6" in done.output
    assert "សូមឆ្លើយ ១ ឬ ០" in done.output
    assert "រឿងបីដែលត្រូវធ្វើមុនគេ៖" in done.output
