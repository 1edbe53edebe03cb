# SPDX-License-Identifier: Apache-2.0
"""Addresses of other systems as an administrator writes them: where the mailbox is, where letters and SMS go out.

Children's words and numbers do not travel in clear: TLS, unless it is this very machine.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from urllib.parse import parse_qs, quote, unquote, urlsplit

from krama.errors import BadHome

PORTS = {"imaps": 993, "imap+starttls": 143, "imap": 143, "smtps": 465, "smtp+starttls": 587, "smtp": 25}
IN_CLEAR = ("imap", "smtp", "http")


@dataclass(frozen=True)
class Place:
    """A mail server."""

    scheme: str
    host: str
    port: int
    user: str
    folder: str = ""
    sender: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_direct(self) -> bool:
        return self.scheme in ("imaps", "smtps")

    @property
    def starts_tls(self) -> bool:
        return self.scheme.endswith("+starttls")


def place_of(name: str, url: str, password_file: str, schemes: tuple[str, ...]) -> Place:
    """`BadHome` says what is wrong with the setting `name`."""
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as problem:
        raise BadHome(f"{name} holds a port that is no port.") from problem
    if parts.scheme not in schemes or not parts.hostname:
        raise BadHome(f"{name} must begin with one of {', '.join(f'{one}://' for one in schemes)} and name a host.")
    if parts.password:
        raise BadHome(f"{name} holds a password; put it into a file and name that in {_file_setting(name)}.")
    check_tls(name, parts.scheme, parts.hostname)
    sender = parse_qs(parts.query).get("from", [""])[0]
    folder = unquote(parts.path.strip("/")) or "INBOX"
    secret = _secret(_file_setting(name), password_file)
    return Place(parts.scheme, parts.hostname, port, unquote(parts.username or ""), folder, sender, secret)


def sms_address(template: str, password_file: str, *, to: str, text: str) -> str:
    """The gateway's address for one message. Only the query changes, so no message can lead elsewhere."""
    check_template(template)
    said = {"to": to, "text": text, "password": _secret("KRAMA_SMS_PASSWORD_FILE", password_file)}
    return template.format(**{name: quote(value, safe="") for name, value in said.items()})


def check_template(template: str) -> None:
    before, _mark, query = template.partition("?")
    parts = urlsplit(before)
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in before:
        raise BadHome("KRAMA_SMS_SEND_URL is an address such as https://gateway.example/send?to={to}&text={text}.")
    names = [name for _text, name, form, turn in Formatter().parse(query) if name is not None and not form and not turn]
    if not {"to", "text"} <= set(names) <= {"to", "text", "password"}:
        raise BadHome("KRAMA_SMS_SEND_URL holds {to} and {text} after the question mark, and {password} if needed.")
    check_tls("KRAMA_SMS_SEND_URL", parts.scheme, parts.hostname)


def check_tls(name: str, scheme: str, host: str) -> None:
    if scheme in IN_CLEAR and not is_loopback(host):
        raise BadHome(f"{name} would send in clear to {host}; use TLS, or a tunnel that ends on this machine.")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _file_setting(name: str) -> str:
    return name.replace("_URL", "_PASSWORD_FILE")


def _secret(setting: str, path: str) -> str:
    try:
        return Path(path).read_text().rstrip("\r\n") if path else ""
    except OSError as problem:
        raise BadHome(f"{setting} names {path}, which cannot be read ({problem.strerror}).") from problem
