# SPDX-License-Identifier: Apache-2.0
"""Arrows only point down: imports, and the arrows of Django. Each check has been seen red on a planted arrow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.test.utils import isolate_apps
from django.urls import get_resolver

from tests.contracts import arrows

HEIGHTS = arrows.floors()


def addresses() -> frozenset[str]:
    return frozenset(arrows.known_addresses(get_resolver()))


def lint_imports(source: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            Path(sys.executable).parent / "lint-imports",
            "--no-logo",
            "--no-cache",
            "--config",
            arrows.ROOT / "pyproject.toml",
        ],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_down() -> None:
    done = lint_imports(arrows.ROOT / "src")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "words"),
    [
        (
            "server/trail/upward.py",
            "from krama.server.cases import actions",
            "krama.server.trail.upward -> krama.server.cases",
        ),
        ("signals/upward.py", "from krama.server.lists import models", "krama.signals.upward -> krama.server.lists"),
        ("sealing/upward.py", "import django.db", "krama.sealing.upward -> django"),
        ("attic/__init__.py", "", "krama.attic"),
    ],
)
def test_a_planted_import_is_seen(tmp_path: Path, module: str, line: str, words: str) -> None:
    shutil.copytree(arrows.ROOT / "src" / "krama", tmp_path / "krama", ignore=shutil.ignore_patterns("__pycache__"))
    planted = tmp_path / "krama" / module
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line + "\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert words in done.stdout


def test_every_room_stands_on_a_floor() -> None:
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("krama.")}
    assert rooms == set(HEIGHTS)
    assert HEIGHTS["trail"] < HEIGHTS["accounts"] < HEIGHTS["cases"] < HEIGHTS["site"]


def test_keys_point_down() -> None:
    drawn = list(arrows.of_models(apps.get_models(include_auto_created=True)))
    assert any(arrow.source in HEIGHTS and arrow.target in HEIGHTS for arrow in drawn)
    assert arrows.upward(drawn, HEIGHTS) == []


@isolate_apps("krama.server.trail")
@pytest.mark.parametrize("key", [models.ForeignKey, models.OneToOneField])
def test_a_planted_key_by_string_is_seen(key: type[models.ForeignKey[models.Model, models.Model]]) -> None:
    class Upward(models.Model):
        case = key("cases.Case", on_delete=models.CASCADE)

        class Meta:
            app_label = "trail"

    assert [str(arrow) for arrow in arrows.upward(arrows.of_models([Upward]), HEIGHTS)] == [
        "trail -> cases: Upward.case"
    ]


@isolate_apps("krama.server.trail")
def test_planted_keys_by_list_and_by_user_setting_are_seen() -> None:
    class Upward(models.Model):
        cases = models.ManyToManyField("cases.Case")
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

        class Meta:
            app_label = "trail"

    assert {arrow.target for arrow in arrows.upward(arrows.of_models([Upward]), HEIGHTS)} == {"cases", "accounts"}


def test_migrations_point_down() -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    assert {migration.app_label for migration in known} >= {"trail", "accounts", "cases"}
    assert arrows.upward(arrows.of_migrations(known), HEIGHTS) == []


@pytest.mark.parametrize("field", ["dependencies", "run_before", "replaces"])
def test_a_planted_migration_is_seen(field: str) -> None:
    planted = Migration("0002_upward", "trail")
    setattr(planted, field, [("cases", "0001_initial")])
    assert [arrow.target for arrow in arrows.upward(arrows.of_migrations([planted]), HEIGHTS)] == ["cases"]


def test_templates_point_down() -> None:
    found = list(arrows.templates())
    drawn = [arrow for name, text in found for arrow in arrows.of_template(name, text)]
    assert len(found) > 20
    assert {arrow.where.split(": ")[1].split()[0] for arrow in drawn} == {"url", "include", "extends"}
    assert [arrow for arrow in drawn if arrow.target.endswith("?")] == []
    assert arrows.upward(drawn, HEIGHTS) == []


@pytest.mark.parametrize(
    "tag",
    [
        "{% url 'cases:queue' %}",
        '{%url "cases:queue" page=2 as address %}',
        '{% include "cases/_rows.html" with rows=needs only %}',
        '{% extends "cases/queue.html" %}',
    ],
)
def test_a_planted_tag_is_seen(tag: str) -> None:
    assert [arrow.target for arrow in arrows.upward(arrows.of_template("web/page.html", tag), HEIGHTS)] == ["cases"]


def test_a_tag_that_hides_its_target_is_seen() -> None:
    (hidden,) = arrows.of_template("web/page.html", "{% include part %}")
    assert hidden.target == "web?"


def test_addresses_and_templates_named_in_python_point_down() -> None:
    names = addresses()
    drawn = [arrow for room, path, text in arrows.modules() for arrow in arrows.of_python(room, path, text, names)]
    assert any(arrow.where.endswith("cases:queue") for arrow in drawn)
    assert arrows.upward(drawn, HEIGHTS) == []


@pytest.mark.parametrize("line", ["reverse('cases:queue')", "redirect('cases:queue')", "render(r, 'cases/queue.html')"])
def test_a_planted_address_is_seen(line: str) -> None:
    drawn = arrows.of_python("trail", "a.py", line, addresses())
    assert [arrow.target for arrow in arrows.upward(drawn, HEIGHTS)] == ["cases"]
