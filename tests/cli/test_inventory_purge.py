# SPDX-License-Identifier: Apache-2.0
"""`krama inventory purge-plan` as a command: from a schema or from findings, to a file that is never replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from krama.cli import main
from krama.inventory.model import Category, Finding, findings_to_json
from tests.inventory.test_purge import SCHEMA


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("s.sql").write_text(SCHEMA, encoding="utf-8")
    places = [("users", "name"), ("ROOMS", "title"), ("logs", "ip"), ("gone", "phone")]
    findings = [Finding("s.sql", place, field, "text", Category.NAME, "by its name", 0.9) for place, field in places]
    Path("f.json").write_text(findings_to_json(findings), encoding="utf-8")
    return tmp_path


def krama(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["inventory", "purge-plan", *arguments])


def test_from_findings_with_rows_that_stay(files: Path) -> None:
    done = krama("f.json", "--dialect", "postgresql", "--subject", "users.id", "--keep-row", "rooms")
    assert done.exit_code == 0, done.output
    assert 'UPDATE "rooms" SET "owner" = NULL, "title" = NULL WHERE' in done.output
    assert "[ ] logs: no foreign key leads here" in done.output
    assert "[ ] s.sql: gone.phone was found and is not in this schema" in done.output


def test_a_plan_is_written_once(files: Path) -> None:
    arguments = ["s.sql", "--dialect", "sqlite", "--where", "messages.sent_at", "--after", "365", "--output", "p.sql"]
    done = krama(*arguments)
    assert "Nothing was run" in done.output
    text = Path("p.sql").read_text(encoding="utf-8")
    assert "more than 365 days ago" in text
    assert text.endswith("ROLLBACK;\n")
    again = krama(*arguments)
    assert (again.exit_code, "may be signed" in again.output) == (2, True)
    assert Path("p.sql").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["s.sql", "--subject", "users.id"], "--dialect"),
        (["s.sql", "--dialect", "sqlite"], "Give either"),
        (["s.sql", "--dialect", "sqlite", "--where", "messages.sent_at"], "Give either"),
        (["s.sql", "--dialect", "sqlite", "--subject", "users.id", "--after", "3"], "Give either"),
        (["s.sql", "--dialect", "sqlite", "--subject", "users.phone"], "no column 'phone'"),
        (["s.sql", "--dialect", "sqlite", "--subject", "users"], "is not TABLE.COLUMN"),
        (["s.sql", "--dialect", "sqlite", "--subject", "people.id"], "no table is called 'people'"),
        (["s.sql", "--dialect", "sqlite", "--subject", "users.id", "--keep-row", "people"], "no table"),
        (
            ["s.sql", "--dialect", "sqlite", "--subject", "users.id", "--set-null", "messages.sender"],
            "may not be empty",
        ),
        (["e.json", "--dialect", "sqlite", "--subject", "users.id"], "--schema FILE"),
        (["x.json", "--dialect", "sqlite", "--subject", "users.id"], "not JSON"),
    ],
)
def test_what_does_not_fit_is_said(files: Path, arguments: list[str], words: str) -> None:
    Path("e.json").write_text(findings_to_json([]))
    Path("x.json").write_text("{")
    done = krama(*arguments)
    assert (done.exit_code, words in done.output) == (2, True), done.output
