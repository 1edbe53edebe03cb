# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines assess`: where the firm stands, and its answers out and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from krama.cli import main
from krama.server.assessments.actions.profile import save_profile
from tests.cli.test_group import run_without
from tests.server import builders
from tests.server.assessments.test_answers_book import WORDS, answer, filled, two_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krama.cli.house.enter_ready", lambda: None)


@pytest.fixture
def officer() -> Any:
    officer = builders.person("officer", username="dara")
    save_profile(officer, firm_en="Demo Co", firm_km="ក្រុមហ៊ុនសាកល្បង", **WORDS)
    return officer


def assess(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["guidelines", "assess", *arguments])


def test_without_a_profile_it_says_what_to_do() -> None:
    done = assess()
    assert (done.exit_code, "no profile yet" in done.stderr) == (2, True)


@pytest.mark.usefixtures("officer")
def test_it_says_where_the_firm_stands_in_both_languages() -> None:
    english, khmer, plain = assess().stdout, assess("--lang", "km").stdout, json.loads(assess("--json").stdout)
    assert english.startswith("Demo Co\n")
    assert "First three things:" in english
    assert khmer.startswith("ក្រុមហ៊ុនសាកល្បង\n")
    assert all(step["km"] in khmer and step["en"] in english for step in plain["first"])
    assert (len(plain["pillars"]), len(plain["first"])) == (4, 3)
    assert sum(pillar["applies"] for pillar in plain["pillars"]) == len(plain["gaps"])


@pytest.mark.usefixtures("officer")
def test_answers_go_out_and_come_back_as_somebody(tmp_path: Path) -> None:
    book = tmp_path / "answers.xlsx"
    assert assess("--export", str(book)).exit_code == 0
    line_id, _ = two_lines()
    book.write_bytes(filled(book.read_bytes(), {line_id: {"level": 3, "words": "យើង\n- ធ្វើ"}}))
    done = assess("--import", str(book), "--as", "dara")
    assert done.exit_code == 0, done.output
    assert "1 answers were taken" in done.stdout
    assert (answer(line_id).words, answer(line_id).said_by.username) == ("យើង\n- ធ្វើ", "dara")  # type: ignore[union-attr]


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("language", ["en", "km"])
def test_a_faulty_workbook_is_answered_cell_by_cell(tmp_path: Path, language: str) -> None:
    book = tmp_path / "answers.xlsx"
    assess("--export", str(book))
    first, second = two_lines()
    book.write_bytes(filled(book.read_bytes(), {first: {"level": 8}, second: {"aside": "yes"}}))
    done = assess("--import", str(book), "--as", "dara", "--lang", language)
    assert done.exit_code == 2
    assert done.stderr.count("Answers ") == 2
    assert answer(first).level is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--import", __file__], "--as USERNAME"),
        (["--import", __file__, "--export", "x"], "one at a time"),
        (["--import", __file__, "--as", "nobody"], "Nobody who works here"),
    ],
)
def test_what_is_missing_is_said(arguments: list[str], words: str) -> None:
    done = assess(*arguments)
    assert (done.exit_code, words in done.stderr) == (2, True)


def test_without_the_server_it_says_so() -> None:
    done = run_without(["django"], "guidelines", "assess")
    assert (done.returncode, "needs the server" in done.stderr) == (2, True)
