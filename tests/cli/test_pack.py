# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines verify` checks a pack from the base install alone; `pack` makes one in a home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from krama.cli import main
from krama.guidelines.manifest import make_pack, zipped
from krama.guidelines.unpacking import unpack
from krama.guidelines.verify import LIMITS
from tests.cli.test_group import run_without

FACTS = {
    "number": 1,
    "state": "approved",
    "catalogue": {"id": "cop-kh", "version": 3},
    "country": {"id": "kh", "version": 2},
    "made_at": "2026-11-24T10:00:00+07:00",
}
PACK = make_pack({"edition.json": b"{}", "README.txt": b"x"}, FACTS)


def verify(content: bytes, folder: Path, *options: str) -> Result:
    (folder / "pack.zip").write_bytes(content)
    return CliRunner().invoke(main, ["guidelines", "verify", str(folder / "pack.zip"), *options])


def test_a_good_pack_ends_with_0_and_says_what_it_speaks_of(tmp_path: Path) -> None:
    done = verify(PACK.content, tmp_path)
    assert done.exit_code == 0
    assert "All 4 files are as they were packed." in done.stdout
    assert "catalogue version 3, country version 2, made 2026-11-24" in done.stdout
    assert PACK.manifest_sha256 in done.stdout
    assert verify(PACK.content, tmp_path, "--manifest-sha256", PACK.manifest_sha256).exit_code == 0
    assert "ឯកសារទាំង 4" in verify(PACK.content, tmp_path, "--lang", "km").stdout


@pytest.mark.parametrize("language", ["en", "km"])
def test_one_changed_byte_ends_with_1_and_names_the_file(tmp_path: Path, language: str) -> None:
    files = unpack(PACK.content, LIMITS)
    done = verify(zipped({**files, "edition.json": b"[]"}), tmp_path, "--lang", language)
    assert done.exit_code == 1
    assert "edition.json: " in done.stdout
    assert "README.txt" not in done.stdout


def test_another_manifest_than_the_one_outside_ends_with_1(tmp_path: Path) -> None:
    assert "manifest.json: " in verify(PACK.content, tmp_path, "--manifest-sha256", "ab" * 32).stdout
    assert "SHA256SUMS: " in verify(PACK.content, tmp_path, "--sums-sha256", "ab" * 32).stdout
    assert verify(PACK.content, tmp_path, "--manifest-sha256", "abc").exit_code == 2


def test_what_a_pack_says_cannot_steer_the_terminal(tmp_path: Path) -> None:
    hostile = make_pack({}, {**FACTS, "number": "\x1b[2J"})
    done = verify(hostile.content, tmp_path)
    assert (done.exit_code, "\x1b" in done.stdout) == (0, False)
    files = unpack(PACK.content, LIMITS)
    assert "\x1b" not in verify(zipped({**files, "\x1b[2J": b""}), tmp_path).stdout
    assert verify(make_pack({}, {}).content, tmp_path).exit_code == 0  # facts of another kind are no fault


def test_the_base_install_verifies(tmp_path: Path) -> None:
    (tmp_path / "pack.zip").write_bytes(PACK.content)
    without = ["django", "ninja", "granian", "numpy", "PIL", "openpyxl", "weasyprint"]
    done = run_without(without, "guidelines", "verify", str(tmp_path / "pack.zip"))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.django_db
def test_a_pack_made_in_a_home_verifies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from krama.server.assessments.actions.profile import save_profile
    from tests.server import builders
    from tests.server.assessments.test_packs import WORDS, edition

    monkeypatch.setattr("krama.cli.house.enter_ready", lambda: None)
    monkeypatch.setattr("krama.server.assessments.actions.packs.to_pdf", lambda document: document.title.encode())
    officer: Any = builders.person("officer")
    save_profile(officer, firm_en="Demo Co", firm_km="ក្រុមហ៊ុន", **WORDS)
    target = tmp_path / "out.zip"
    none = CliRunner().invoke(main, ["guidelines", "pack", "--out", str(target)])
    assert (none.exit_code, target.exists()) == (2, False)
    assert "No assessment was submitted yet" in none.stderr
    edition(officer)
    done = CliRunner().invoke(main, ["guidelines", "pack", "--edition", "1", "--out", str(target)])
    assert done.exit_code == 0, done.output
    manifest = done.stdout.split("manifest.json")[1].split()[0]
    assert verify(target.read_bytes(), tmp_path, "--manifest-sha256", manifest).exit_code == 0
