# SPDX-License-Identifier: Apache-2.0
"""The check of the threat model has been seen red: no test named, a test that is gone, skipped, failed, never ran."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.threats import MODEL, ROOT, TEST, faults, outcomes, threats

ROW = "| Reads the disk | {state} | Sealed. | {test} |\n"
HEAD = "| What is tried | What becomes of it | What stops it | Shown by |\n|---|---|---|---|\n"
ONE = "tests/sealing/test_envelope.py::test_one"


def said(state: str = "stopped", test: str = f"`{ONE}`", ran: dict[str, set[str]] | None = None) -> list[str]:
    return faults(threats(HEAD + ROW.format(state=state, test=test)), {ONE: {"passed"}} if ran is None else ran)


def test_a_row_whose_test_passed_is_believed() -> None:
    assert said() == []
    assert said(state="not stopped", test="") == []


@pytest.mark.parametrize(
    ("state", "test", "ran", "why"),
    [
        ("stopped", "", None, "names no test"),
        ("stopped", f"`{ONE}`", {}, "never ran"),
        ("stopped", f"`{ONE}`", {ONE: {"skipped"}}, "was skipped"),
        ("stopped", f"`{ONE}`", {ONE: {"passed", "failed"}}, "failed"),
        ("seen", "", None, "names no test"),
        ("impossible", f"`{ONE}`", None, "the state is one of"),
    ],
)
def test_a_planted_doubt_is_said(state: str, test: str, ran: dict[str, set[str]] | None, why: str) -> None:
    assert [line for line in said(state, test, ran) if why in line]


def test_a_run_is_read_with_its_parameters_and_both_databases(tmp_path: Path) -> None:
    case = '<testcase classname="tests.sealing.test_envelope" name="test_one[{}]">{}</testcase>'
    for name, body in (("a", case.format("x", "") + case.format("y", "<skipped/>")), ("b", case.format("x", ""))):
        (tmp_path / f"{name}.xml").write_text(f"<testsuites><testsuite>{body}</testsuite></testsuites>")
    assert outcomes(tmp_path.glob("*.xml")) == {ONE: {"passed", "skipped"}}


def test_every_test_that_the_model_names_stands_in_its_file() -> None:
    named = TEST.findall(MODEL.read_text("utf-8"))
    assert named
    gone = [one for one in named if f"def {one.split('::')[1]}(" not in _text(one)]
    assert gone == []


def _text(test: str) -> str:
    path = ROOT / test.split("::")[0]
    return path.read_text("utf-8") if path.exists() else ""
