# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines load` and `template`: a workbook is written, checked by cell, and loaded into a home."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from krama.cli import main
from krama.guidelines.catalogue_file import to_yaml
from krama.guidelines.clause_sheets import sample_rows, template
from krama.guidelines.clauses import sample
from krama.guidelines.workbook import Row
from tests.cli.test_group import run_without
from tests.server.houses import House

MISSING = ["openpyxl", "xlsxwriter", "django", "ninja", "granian"]


def guidelines(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["guidelines", *map(str, arguments)])


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    assert guidelines("template", tmp_path / "filled.xlsx", "--sample").exit_code == 0
    return tmp_path / "filled.xlsx"


def test_what_a_workbook_changes_is_said_before_it_is_loaded(filled: Path) -> None:
    done = guidelines("load", filled, "--check")
    assert done.exit_code == 0
    assert "replaced sample.help-shown <- a2.hotline-link, a4.helplines" in done.stdout
    assert "added sample.short-keeping" in done.stdout
    assert "added: 3; replaced: 5" in done.stdout


@pytest.mark.parametrize(("language", "why"), [("en", "is empty"), ("km", "នៅទទេ")])
def test_a_faulty_cell_is_named(tmp_path: Path, language: str, why: str) -> None:
    rows, about = sample_rows()
    rows[1] = Row(rows[1].number, {**rows[1].values, "text_en": ""})
    (tmp_path / "bad.xlsx").write_bytes(template(rows, about))
    done = guidelines("load", tmp_path / "bad.xlsx", "--check", "--lang", language)
    assert done.exit_code == 2
    assert done.stderr.startswith("clauses M4: ")
    assert why in done.stderr


def test_a_template_never_overwrites(filled: Path) -> None:
    assert "is there already" in guidelines("template", filled).stderr
    assert "ends in .xlsx" in guidelines("template", "clauses.ods").stderr


def test_a_base_install_checks_a_catalogue_and_says_what_a_workbook_needs(tmp_path: Path, filled: Path) -> None:
    (tmp_path / "c.yaml").write_text(to_yaml(sample()), "utf-8")
    checked = run_without(MISSING, "guidelines", "load", str(tmp_path / "c.yaml"), "--check")
    assert (checked.returncode, "added: 3" in checked.stdout) == (0, True), checked.stderr
    refused = run_without(MISSING, "guidelines", "load", str(filled), "--check")
    assert refused.returncode == 2
    assert "krama[server]" in refused.stderr


@pytest.mark.loopback
def test_a_home_takes_the_clauses_into_force(real_house: House, filled: Path) -> None:
    done = real_house.krama("guidelines", "load", str(filled))
    assert "sample 1 is in force; 0 answers are kept." in done.stdout
    assert real_house.one("SELECT count(*) FROM trail_entry WHERE event = 'catalogue:loaded'") == 1
    assert "in force already" in real_house.krama("guidelines", "load", str(filled), status=2).stderr
