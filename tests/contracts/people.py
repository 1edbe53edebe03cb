# SPDX-License-Identifier: Apache-2.0
"""Everybody who may come to a served demo home: anonymous, the five roles, and keys of each scope, of none, revoked."""

from __future__ import annotations

import hashlib
import http.client
import json
import secrets
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from krama.testing import pictures
from tests.hostile.house import Served
from tests.server.houses import House, wait_until

ROLES = ("reviewer", "lead", "officer", "auditor", "administrator")
SCOPES = ("scan", "cases:read", "cases:decide", "measures:confirm")
REVOKED = "2026-01-01 00:00:00"


@dataclass
class Visitor:
    """One browser or machine: its cookies, and its key."""

    port: int
    key: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    said: str = ""  # the last page

    def __post_init__(self) -> None:
        self.ask("GET", "/start")

    def ask(
        self, method: str, path: str, body: dict[str, object] | None = None, *, token: bool = True
    ) -> tuple[int, str]:
        """Status, and where it sends one."""
        as_json = path.startswith("/api/")
        sent = (json.dumps(body) if as_json else urlencode(body)).encode() if body is not None else None
        headers = {"Host": f"localhost:{self.port}", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        headers["Content-Type"] = "application/json" if as_json else "application/x-www-form-urlencoded"
        headers |= {"X-CSRFToken": self.cookies.get("krama_csrf", "")} if token else {}
        headers |= {"Authorization": f"Bearer {self.key}"} if self.key else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, path, sent, headers)
        answer = connection.getresponse()
        self.said = answer.read().decode(errors="replace")
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.headers["Location"] or ""


class People:
    """Makes visitors for one served home, and knows what is whose."""

    def __init__(self, server: Served) -> None:
        self.server, self.house = server, server.house
        self._known: dict[str, Visitor] = {}

    def visitor(self, actor: str, *, anew: bool = False) -> Visitor:
        if anew:
            return self._arrive(actor)
        if actor not in self._known:
            self._known[actor] = self._arrive(actor)
        return self._known[actor]

    def _arrive(self, actor: str) -> Visitor:
        if actor.startswith("key "):
            return Visitor(self.server.port, key_of(self.house, actor.removeprefix("key "))[1])
        visitor = Visitor(self.server.port)
        if actor in ROLES:
            assert visitor.ask("POST", "/start/become", {"role": actor})[0] == 302
        return visitor

    def pk(self, actor: str) -> str:
        """A person's id, as an address writes it."""
        return str(uuid.UUID(self.house.one("SELECT id FROM accounts_user WHERE role = %s AND is_demo", actor)))

    @cached_property
    def another(self) -> str:
        """A person whom no visitor is."""
        self.house.krama("staff", "add", "another", "--role", "reviewer")
        return str(uuid.UUID(self.house.one("SELECT id FROM accounts_user WHERE username = 'another'")))

    @cached_property
    def case(self) -> str:
        """A case that is open: one known picture was scanned."""
        assert self.server.scan(pictures.jpeg(pictures.landscape(2, size=(1024, 768)))).json["verdict"] == "block"
        wait_until(lambda: bool(self.house.sql("SELECT ref FROM cases_case")), "the case is opened")
        return str(self.house.one("SELECT ref FROM cases_case"))

    @cached_property
    def list(self) -> str:
        return str(uuid.UUID(self.house.one("SELECT id FROM lists_list")))

    @cached_property
    def register_line(self) -> str:
        """A line of the register, written by the officer for a unit that no reviewer leads."""
        said: dict[str, object] = {"name": "Day of birth", "categories": "birth", "system": "db", "purpose": "Age"}
        said |= {"basis": "not-known", "then": "not-known", "consent": "not-known", "review_on": "2099-01-01"}
        said |= {"unit": self.of("accounts_unit"), "seen": 0, "party-TOTAL_FORMS": 0, "party-INITIAL_FORMS": 0}
        assert self.visitor("officer").ask("POST", "/confidential/register/add", said)[0] == 302
        return self.of("confidentiality_line")

    def of(self, table: str, where: str = "1 = 1") -> str:
        """The id of one row, as an address writes it."""
        return str(uuid.UUID(self.house.one(f"SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT 1")))

    def fresh_key(self, owner: str) -> str:
        """The id of a key of this person's, not revoked yet."""
        return key_of(self.house, "scan", owner)[0]


def key_of(house: House, scope: str, owner: str | None = None) -> tuple[str, str]:
    """A new key, written as the page writes it: its id and its secret. No page gives one without a scope."""
    pk, prefix, secret = uuid.uuid4(), secrets.token_hex(4), secrets.token_urlsafe(32)
    scopes = [] if scope == "none" else list(SCOPES) if scope == "revoked" else [scope]
    row = (
        pk.hex,
        "planted",
        prefix,
        hashlib.sha256(secret.encode()).hexdigest(),
        json.dumps(scopes),
        owner and uuid.UUID(owner).hex,
    )
    house.sql(
        "INSERT INTO accounts_key (id, name, prefix, secret_hash, scopes, owner_id, created_at, revoked_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        *(*row, REVOKED, REVOKED if scope == "revoked" else None),
    )
    return str(pk), f"krama_{prefix}_{secret}"
