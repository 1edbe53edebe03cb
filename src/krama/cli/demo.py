# SPDX-License-Identifier: Apache-2.0
"""What a demo home holds: five invented people and their firm, a list of generated landscapes, the demo app's key."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from krama.cli.demo_firm import fill_firm
from krama.scanning import Content, Scanner
from krama.server.accounts import actions as accounts
from krama.server.accounts.models import Role, Scope, User
from krama.server.lists import actions as lists
from krama.server.lists.models import List
from krama.server.measures import actions_ways as measures
from krama.server.measures.kinds import Kind
from krama.server.measures.models import Webhook
from krama.server.site.home import Home
from krama.server.trail.actor import TERMINAL
from krama.signals import SeverityCode, Signal, SignalType, Snapshot
from krama.testing.pictures import jpeg, landscape

PEOPLE = (
    ("sokha", "Sokha", Role.REVIEWER),
    ("dara", "Dara", Role.LEAD),
    ("bopha", "Bopha", Role.OFFICER),
    ("vanna", "Vanna", Role.AUDITOR),
    ("rith", "Rith", Role.ADMINISTRATOR),
)
LIST = "Demo landscapes"
WEBHOOK = "Demo app"
KNOWN_SEEDS = range(1, 6)
NOWHERE = "http://localhost:8100/krama/webhook"


def fill(home: Home) -> None:
    """Add what is missing; nothing is doubled when it is run again."""
    for username, name, role in PEOPLE:
        if not User.objects.filter(username=username).exists():
            password = accounts.random_password()  # known to nobody: one becomes these people with a click
            accounts.add_staff(TERMINAL, username=username, name=name, role=role, password=password, is_demo=True)
    if not List.objects.filter(name=LIST).exists():
        _list()
    fill_firm()
    if not secrets_file(home).exists():
        _app(home)


def secrets_file(home: Home) -> Path:
    """Where the demo app's key lies: with the keys, apart from the data."""
    return home.keys / "demo-app.json"


def _list() -> None:
    with transaction.atomic():
        row = List(name=LIST, owner="Krama demo", legal_basis="Krama demo", labels=["demo"])
        lists.save_list(TERMINAL, row=row)
        lists.import_signals(TERMINAL, row=row, signals=[signal for seed in KNOWN_SEEDS for signal in known(seed)])
    lists.publish(TERMINAL)


def known(seed: int) -> list[Signal]:
    """The signals of one generated landscape, as the demo app's pictures are made."""
    data = jpeg(landscape(seed, size=(1024, 768)), quality=92)
    facts = Scanner(Snapshot.of([]), clock=timezone.now, exact=True).scan(Content.of_bytes(data)).content
    severity = SeverityCode("Industry Classification System", "2022", "B1")
    values = {SignalType.PDQ: facts.pdq, SignalType.SHA256: facts.sha256}
    return [
        Signal(kind, value, labels=("demo",), severity=severity, source_ref=f"demo-{seed}")
        for kind, value in values.items()
        if value
    ]


def _app(home: Home) -> None:
    with transaction.atomic():
        _key, secret = accounts.add_key(TERMINAL, name=WEBHOOK, scopes=[Scope.SCAN, Scope.MEASURES_CONFIRM])
        webhook = Webhook.objects.filter(name=WEBHOOK).first()
        webhook = webhook or measures.add_webhook(TERMINAL, name=WEBHOOK, url=NOWHERE, allowed=[])[0]
        for kind in (Kind.WARN, Kind.RESTRICT):  # what the demo app can do besides
            measures.choose_way(TERMINAL, kind=kind, adapter="webhook")
        measures.choose_way(TERMINAL, kind=Kind.HELP, adapter="by-hand")
        facts = {"key": secret, "webhook_secret": measures.webhook_secret(webhook)}
        _write_private(secrets_file(home), json.dumps(facts))


def _write_private(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
