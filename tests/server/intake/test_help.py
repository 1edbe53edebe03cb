# SPDX-License-Identifier: Apache-2.0
"""Numbers and the exit where the page has no tables to read them from: what was published, else what came along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from krama.countries import bodies, country, plain
from krama.server.intake import help, queries
from krama.server.web import facts


@pytest.fixture
def apart(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """As on the public face run apart."""
    settings.KRAMA_FACTS, settings.KRAMA_FACE, settings.KRAMA_EXIT_URL = tmp_path, "public", ""
    monkeypatch.setattr("krama.server.intake.help.apps.is_installed", lambda _name: False)
    yield tmp_path
    facts._read.clear()
    help._shown[:] = [None, country()]


def said(number: str, **head: str) -> Any:
    raw = plain()
    raw["contacts"] = [dict(entry) for entry in raw["contacts"]]
    next(entry for entry in raw["contacts"] if entry["id"] == help.SUPPORT)["phones"] = [number]
    raw["country"] = {**raw["country"], **head}
    return bodies(raw)


def test_without_a_file_it_is_what_came_with_krama(apart: Path) -> None:
    assert help.support("km")[0].number == country().contact(help.SUPPORT).phones[0]  # type: ignore[union-attr]
    assert (help.exit_url(), queries.usual_minutes()) == ("/time", None)


def test_what_is_published_is_read_at_once_and_again_when_it_changes(apart: Path) -> None:
    facts.publish("country", said("012 111 222"))
    assert help.support("km")[0].dial == "012111222"
    facts.publish("country", said("012 333 444", neutral_page="https://weather.example"))
    assert help.support("km")[0].dial == "012333444"
    assert help.exit_url() == "https://weather.example"
    facts.publish("usual", 42)
    assert queries.usual_minutes() == 42
    assert (apart / "country.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("damaged", ["", "{", "[]", "5", '{"country": 3}', json.dumps({"country": {"read_on": "x"}})])
def test_a_damaged_file_leaves_numbers_on_the_page(apart: Path, damaged: str) -> None:
    (apart / "country.json").write_text(damaged)
    (apart / "usual.json").write_text(damaged)
    assert help.support("km")
    assert queries.usual_minutes() in (None, 5.0)


def test_the_firm_s_own_exit_goes_first(apart: Path, settings: Any) -> None:
    settings.KRAMA_EXIT_URL = "https://firm.example/news"
    facts.publish("country", said("1280", neutral_page="https://weather.example"))
    assert help.exit_url() == "https://firm.example/news"


def test_a_folder_that_cannot_be_written_stops_nobody(apart: Path, settings: Any) -> None:
    settings.KRAMA_FACTS = apart / "gone"
    assert facts.publish("country", said("1280")) is False
    assert help.support("km")
