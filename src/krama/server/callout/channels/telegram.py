# SPDX-License-Identifier: Apache-2.0
"""By Telegram: `sendMessage` of the Bot API (core.telegram.org/bots/api). The token is read when it is needed, from a
file that only its owner reads or from the environment; it stands in no table, no log and no error.
"""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

from django.conf import settings

from krama.errors import BadHome
from krama.server.callout.channels.calling import ask, check
from krama.server.callout.channels.said import NotCalled, Said, seconds_of

CHAT = re.compile(r"-?[0-9]{4,20}")
TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,80}")


def clean(address: str) -> str:
    """The number of a chat; somebody must have written to the bot first."""
    bare = address.strip()
    return bare if bare.isascii() and CHAT.fullmatch(bare) else ""


def is_set() -> bool:
    return bool(settings.KRAMA_TELEGRAM_TOKEN_FILE or os.environ.get("KRAMA_TELEGRAM_TOKEN"))


def token() -> str:
    """`BadHome` says what is wrong with it, never what it is."""
    path = settings.KRAMA_TELEGRAM_TOKEN_FILE
    said = _read(Path(path)) if path else os.environ.get("KRAMA_TELEGRAM_TOKEN", "")
    if not TOKEN.fullmatch(said):
        raise BadHome("The token of the Telegram bot is not of the form that BotFather gives.")
    return said


def _read(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BadHome(f"Others can read KRAMA_TELEGRAM_TOKEN_FILE: chmod 600 {path}")
        return path.read_text().strip()
    except OSError as problem:
        raise BadHome(f"KRAMA_TELEGRAM_TOKEN_FILE={path} cannot be read ({problem.strerror}).") from problem


def send(address: str, said: Said) -> None:
    """No preview, so that nobody's machine follows the link; what came is believed only when it says `ok`."""
    try:
        url = f"{settings.KRAMA_TELEGRAM_API.rstrip('/')}/bot{token()}/sendMessage"
    except BadHome as problem:
        raise NotCalled(problem.code, again=False) from problem
    body = {
        "chat_id": int(address),
        "text": said.text,
        "link_preview_options": {"is_disabled": True},
        "protect_content": True,
    }
    answer = ask("POST", url, json=body, wants_body=True)
    told = _told(answer.body)
    if answer.status == 429:
        raise NotCalled("answered 429", after=_wait(told) or seconds_of(answer.retry_after))
    check(answer)
    if told.get("ok") is not True:
        raise NotCalled("a half answer")


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _wait(told: dict[str, Any]) -> float:
    """`parameters.retry_after` (ResponseParameters)."""
    parameters = told.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(wait) if isinstance(wait, int) and 0 < wait < 10**9 else 0.0
