# SPDX-License-Identifier: Apache-2.0
"""`krama inventory scan`: table, JSON, SARIF, what makes CI fail, and what it says when something is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from krama import cli
from krama.inventory import Category, findings_from_json
from krama.inventory.sarif import SAYS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "CREATE TABLE pupils (\n  dob date,\n  home_address text\n);\n"


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    file = tmp_path / "a schema.sql"
    file.write_text(SCHEMA)
    return file


def scan(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, ["inventory", "scan", *map(str, arguments)])


def test_the_demo_app_has_its_three_planted_fields() -> None:
    """And the account, by which the app knows one person: that too is personal, wherever it stands."""
    done = scan("--json", ROOT / "examples" / "social_app")
    found = {f"{one.place}.{one.field}": one.category for one in findings_from_json(done.stdout)}
    planted = {
        "young_member.birth_year": Category.BIRTH,
        "young_member.school": Category.SCHOOL,
        "young_member.parent_telephone": Category.FAMILY,
    }
    accounts = dict.fromkeys(("young_member.account", "picture.account", "standing.account"), Category.ACCOUNT)
    assert found == planted | accounts
    assert done.exit_code == 1


def test_the_table_is_grouped_by_category(schema: Path) -> None:
    done = scan(schema)
    assert done.exit_code == 1
    assert f"{SAYS[Category.BIRTH]} (birth): 1" in done.stdout
    assert f"pupils.dob  [{schema}:2]" in done.stdout
    assert "speaks of children" in done.stdout
    assert "2 fields in 1 sources: 2 say something about a person; 0 errors." in done.stderr


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ([], 1),
        (["--fail-on", "any"], 1),
        (["--fail-on", "birth"], 1),
        (["--fail-on", "school"], 0),
        (["--fail-on", "school", "--fail-on", "address"], 1),
        (["--fail-on", "none"], 0),
        (["--min-confidence", "1"], 0),
        (["--fail-on", "nonsense"], 2),
        (["--json", "--sarif"], 2),
        (["--min-confidence", "7"], 2),
    ],
)
def test_the_exit_status(schema: Path, options: list[str], status: int) -> None:
    assert scan(*options, schema).exit_code == status


def test_what_cannot_be_read_wins_over_what_was_found(schema: Path, tmp_path: Path) -> None:
    done = scan(schema, tmp_path / "none.sql")
    assert done.exit_code == 2
    assert "There is no file or folder" in done.stderr
    assert "pupils.dob" in done.stdout


def test_sarif_has_what_the_standard_requires(schema: Path) -> None:
    whole = json.loads(scan("--sarif", schema).stdout)
    assert whole["version"] == "2.1.0"
    assert whole["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = whole["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules) == len(Category)
    assert all(rule["shortDescription"]["text"] for rule in rules)
    assert len(run["results"]) == 2
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("/a%20schema.sql")
        assert place["physicalLocation"]["region"]["startLine"] in (2, 3)
        assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("pupils.")
    prints = {result["partialFingerprints"]["fieldAndCategory/v1"] for result in run["results"]}
    assert len(prints) == 2


def test_names_from_a_file_cannot_steer_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("dob \x1b[2J\x07\n", encoding="utf-8")
    assert "dob" in scan(file).stdout
    assert "\x1b" not in scan(file).stdout


@pytest.mark.parametrize(("package", "name"), [("sqlglot", "a.sql"), ("pyarrow", "a.parquet")])
def test_a_missing_package_is_named(tmp_path: Path, package: str, name: str) -> None:
    (tmp_path / name).write_text(SCHEMA)
    done = without([package], tmp_path / name)
    assert done.returncode == 2
    assert f"this needs {package}: pip install 'krama[inventory]'" in done.stderr


def test_it_works_without_the_server(tmp_path: Path, schema: Path) -> None:
    (tmp_path / "b.csv").write_text("ថ្ងៃកំណើត\n", encoding="utf-8")
    done = without(["django", "ninja", "psycopg", "numpy", "PIL"], tmp_path)
    assert done.returncode == 1, done.stderr
    assert "ថ្ងៃកំណើត" in done.stdout


def without(missing: list[str], path: Path) -> subprocess.CompletedProcess[str]:
    program = f"import sys; sys.modules.update(dict.fromkeys({missing!r}))\nfrom krama.cli import main\nmain()"
    command = [sys.executable, "-c", program, "inventory", "scan", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
