# SPDX-License-Identifier: Apache-2.0
"""The house rules hold, and each has been seen red on a planted fault."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.contracts.house import LICENCE, Rule, faults, licence, names, repository, sizes, traces

HEAD = LICENCE + "\n"


def test_the_repository_keeps_the_rules() -> None:
    assert [str(fault) for fault in faults(repository())] == []


def test_the_rules_see_the_whole_repository() -> None:
    seen = {str(path) for path, _ in repository()}
    assert {"Makefile", ".ci/run", "requirements.lock", "src/krama/errors.py", "tests/contracts/test_house.py"} <= seen


@pytest.mark.parametrize(
    ("rule", "path", "text", "words"),
    [
        (sizes, "src/krama/a.py", HEAD + "x = 1\n" * 500, "a file of"),
        (sizes, "src/krama/a.py", HEAD + "def f():\n" + "    x = 1\n" * 60, "f has 61 lines"),
        (sizes, "src/krama/server/templates/web/a.html", "<p>\n" * 201, "a template of"),
        (licence, "src/krama/a.py", "x = 1\n", "first line"),
        (names, "src/krama/server/web/utils.py", HEAD, "says nothing"),
        (names, "src/krama/common/words.py", HEAD, "says nothing"),
        (names, "src/krama/server/templates/web/base.html", "", "says nothing"),
        (traces, "docs/a.md", "See /" + "work/main/notes.", "one machine"),
        (traces, "a.toml", 'cache = "/' + 'root/.cache"', "one machine"),
        (traces, "a.sh", "cp x /" + "tmp/y", "one machine"),
        (traces, "docs/a.md", "as ../" + "shared/notes says", "outside"),
        (traces, "requirements.lock", "--index-url https:" + "//mirror.example/simple/", "registry"),
        (traces, "requirements.lock", "a @ https:" + "//files.pythonhosted.example/a.whl", "registry"),
    ],
)
def test_a_planted_fault_is_seen(rule: Rule, path: str, text: str, words: str) -> None:
    found = list(faults([(PurePosixPath(path), text)], [rule]))
    assert len(found) == 1
    assert words in str(found[0])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/krama/a.py", HEAD + "def f():\n" + "    x = 1\n" * 59),
        ("src/krama/server/cases/migrations/0001_first.py", "x = 1\n" * 600),
        ("src/krama/a/__init__.py", ""),
        ("docs/a.md", "https:" + "//docs.example.org/work/simply, `/start`, and uploads never reach /" + "tmp."),
    ],
)
def test_what_is_in_order_passes(path: str, text: str) -> None:
    assert list(faults([(PurePosixPath(path), text)])) == []
