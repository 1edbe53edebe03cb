# SPDX-License-Identifier: Apache-2.0
"""`krama check` says whether the emergency lane can wake anybody."""

from __future__ import annotations

from typing import Any

import pytest

from krama.cli.check import _callout
from tests.server import builders
from tests.server.callout.ground import Channels, tree

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def said(settings: Any) -> list[tuple[str, str]]:
    return [(answer.state, answer.sentence) for answer in _callout(settings.HOME)]


def test_without_a_tree_it_says_so(settings: Any) -> None:
    ((state, sentence),) = said(settings)
    assert state == "note"
    assert "make a call tree" in sentence


def test_a_channel_that_is_not_configured_is_something_to_do(channels: Channels, settings: Any) -> None:
    tree(channels, [(builders.person("lead"), "sms")])
    settings.KRAMA_SMS_SEND_URL = ""
    assert ("bad", "Somebody is to be woken by sms, and that channel is not configured here.") in said(settings)


def test_a_tree_without_a_lead_is_said(channels: Channels, settings: Any) -> None:
    tree(channels, [(builders.person("officer"), "mail")])
    assert [state for state, sentence in said(settings) if "No lead" in sentence] == ["note"]


def test_a_token_that_others_can_read_is_something_to_do_and_is_not_printed(
    channels: Channels, settings: Any, tmp_path: Any
) -> None:
    from tests.server.callout.ground import TOKEN

    tree(channels, [(builders.person("lead"), "telegram")])
    assert [state for state, _ in said(settings)] == ["ok"]
    (tmp_path / "bot-token").chmod(0o640)
    answers = said(settings)
    assert any(state == "bad" and "chmod 600" in sentence for state, sentence in answers)
    assert TOKEN not in str(answers)
