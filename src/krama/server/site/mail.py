# SPDX-License-Identifier: Apache-2.0
"""How mail leaves: one address of a mail server in `KRAMA_EMAIL_URL`. Never in clear beyond this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from krama.errors import BadHome
from krama.server.site.home import LOOPBACK

FORM = "smtps://user:password@mail.example.org?from=krama@example.org"


def mail_settings(url: str, password_file: str = "") -> dict[str, Any]:
    """Django's settings; empty where no mail is to leave. `BadHome` says what cannot be read, never the password."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    sender = parse_qs(parts.query).get("from", [""])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or "@" not in sender:
        raise BadHome(f"KRAMA_EMAIL_URL cannot be read; it looks like {FORM} (smtp:// begins with STARTTLS).")
    inside = parts.hostname in LOOPBACK
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": _password(password_file) if password_file else unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not inside,
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }


def _password(file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError as problem:
        raise BadHome(f"KRAMA_EMAIL_PASSWORD_FILE={file} cannot be read: {problem.strerror}.") from problem
