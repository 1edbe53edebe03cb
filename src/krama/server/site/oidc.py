# SPDX-License-Identifier: Apache-2.0
"""The firm's sign-in provider as the environment names it. Knows no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from krama.errors import BadHome

NEEDED = ("KRAMA_OIDC_SERVER", "KRAMA_OIDC_CLIENT", "KRAMA_OIDC_SECRET_FILE")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Oidc:
    """`second` holds what the provider must say of its own second factor, as (claim, value); empty: nothing counts."""

    name: str
    server: str
    client: str
    secret: str
    claim: str
    second: tuple[tuple[str, str], ...] = ()

    def counts(self, claims: Mapping[str, Any]) -> bool:
        """The provider says that it asked for a second factor, in a way this firm chose to trust."""
        return any(_says(claims.get(claim), value) for claim, value in self.second)

    def __repr__(self) -> str:
        return f"Oidc({self.server})"  # the secret in no log


def oidc_of(environment: Mapping[str, str]) -> Oidc | None:
    """None when nothing is set; `BadHome` says what is missing or wrong."""
    if not any(name.startswith("KRAMA_OIDC_") and value for name, value in environment.items()):
        return None
    missing = [name for name in NEEDED if not environment.get(name)]
    if missing:
        raise BadHome(f"To sign in by the firm's provider, set {', '.join(missing)} too. See docs/how-to/sign-in.md.")
    return Oidc(
        name=environment.get("KRAMA_OIDC_NAME") or urlsplit(environment["KRAMA_OIDC_SERVER"]).hostname or "",
        server=_server(environment["KRAMA_OIDC_SERVER"]),
        client=environment["KRAMA_OIDC_CLIENT"],
        secret=_secret(Path(environment["KRAMA_OIDC_SECRET_FILE"])),
        claim=environment.get("KRAMA_OIDC_CLAIM") or "preferred_username",
        second=_second(environment.get("KRAMA_OIDC_SECOND_FACTOR", "")),
    )


def oidc_apps(oidc: Oidc | None) -> list[dict[str, Any]]:
    """As allauth wants it told."""
    if oidc is None:
        return []
    told = {"server_url": oidc.server, "fetch_userinfo": False}
    return [
        {"provider_id": "firm", "name": oidc.name, "client_id": oidc.client, "secret": oidc.secret, "settings": told}
    ]


def _server(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or (parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK)):
        raise BadHome(f"KRAMA_OIDC_SERVER={url} must begin with https://.")
    return url.removesuffix("/.well-known/openid-configuration").rstrip("/")


def _secret(path: Path) -> str:
    try:
        mode, secret = path.stat().st_mode, path.read_text().strip()
    except (OSError, ValueError) as problem:
        raise BadHome(f"KRAMA_OIDC_SECRET_FILE={path} cannot be read: {type(problem).__name__}.") from problem
    if mode & 0o077:
        raise BadHome(f"Others can read {path}: chmod 600 {path}")
    if not secret:
        raise BadHome(f"{path} is empty: write the client's secret into it.")
    return secret


def _second(text: str) -> tuple[tuple[str, str], ...]:
    pairs = tuple((name, value) for name, _, value in (word.partition("=") for word in text.split()))
    if any(name not in ("amr", "acr") or not value for name, value in pairs):
        raise BadHome(f"KRAMA_OIDC_SECOND_FACTOR={text} is a list such as `amr=mfa amr=hwk acr=phr`.")
    return pairs


def _says(told: object, value: str) -> bool:
    return told == value or (isinstance(told, list) and value in told)
