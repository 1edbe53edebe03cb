# SPDX-License-Identifier: Apache-2.0
"""Whoever sees unsealed text leaves an entry: each way from a page, the API or a job down to the seal is known here.

The ways are found in the source, so that a new reader fails until it is written down with the entry that it leaves.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from krama.server.trail.models import Entry
from tests.server import builders

ROOT = Path(__file__).resolve().parents[3] / "src" / "krama"
# What unseals, and every function that calls one of these: found by name, down from `compartments.queries.read`.
UNSEALERS = {
    "read": "compartments.queries",
    "firm_ids": "queries",
    "reason_of": "cases.queries.case",
    "words_of": "cases.queries.case",
    "answers_of": "intake.queries",
    "chosen": "intake.queries",
    "reasons": "cases.triage",
    "how_far": "cases.playbook",
    "checklists": "cases.playbook",
    "why_answered": "cases.waves",
    "grounds_of": "cases.queries.case",
    "roles_of": "cases.people",
    "mark_of": "cases.peer",
    "mark_in": "cases.peer",
    "words_of_note": "cases.peer",
    "wish_of": "cases.peer",
    "wish_shown": "cases.peer",
    "steps_of": "support.queries",
    "referrals_of": "support.queries",
    "follow_ups_of": "support.queries",
    "removals_of": "support.queries",
    "trusted_of": "support.queries",
}
THROUGH = UNSEALERS.keys() - {"read"}
READERS = {
    "server/cases/api.py:_found_by_scan": "case:viewed",
    "server/cases/api.py:_told": "case:viewed",
    "server/cases/actions/people.py:say_role": "case:role, and nothing is shown",
    "server/cases/actions/rules.py:_month": "rules:tried, and only how urgent each would be is shown",
    "server/cases/actions/playbook.py:_found": "(whoever does a step may read the case; the entry is playbook:…)",
    "server/cases/actions/playbook.py:_settle": "(nobody: when the next step is due)",
    "server/cases/pages/waves.py:_render": "wave:released or wave:dropped (the firm's reason about everybody)",
    "server/cases/playbook.py:_said": "(names it: its callers are here too)",
    "server/cases/playbook.py:how_far": "(names it: its callers are here too)",
    "server/cases/waves.py:why_answered": "(names it: its callers are here too)",
    "server/desk/playbook.py:playbook_view": "case:viewed",
    "server/cases/collecting/late.py:_sort_again": "(nobody: what is added may make a case more urgent)",
    "server/cases/peer.py:mark_in": "(names it: its callers are here too)",
    "server/cases/actions/people.py:_say_again": "case:merged or case:split, and nothing is shown",
    "server/cases/peer.py:is_on": "(nobody: it stops what harms; that it does is shown, what was said is not)",
    "server/cases/peer.py:wish_of": "(names it: its callers are here too)",
    "server/cases/peer.py:words_of_note": "(names it: its callers are here too)",
    "server/cases/people.py:roles_of": "(names it: its callers are here too)",
    "server/cases/queries/case.py:words_of": "(names it: its callers are here too)",
    "server/cases/triage.py:reasons": "(names it: its callers are here too)",
    "server/desk/faces.py:_ids": "identity:opened or identity:emergency, before anything shows",
    "server/desk/pages/looks.py:_given": "case:viewed, of each case on the page",
    "server/desk/pages/looks.py:_waiting": "case:viewed, of each case on the page",
    "server/desk/people.py:_note": "case:viewed",
    "server/desk/people.py:_peer": "case:viewed",
    "server/desk/people.py:people": "case:viewed",
    "server/desk/sight.py:_change": "case:viewed",
    "server/desk/sight.py:_recusal": "case:viewed",
    "server/desk/thing.py:_decision": "case:viewed, of each case on the page; or outsider:looked",
    "server/desk/thing.py:_no_peer": "case:viewed, of each case on the page; or outsider:looked",
    "server/desk/thing.py:_note": "case:viewed, of each case on the page; or outsider:looked",
    "server/desk/told.py:_text": "identity:opened, before anything shows",
    "server/desk/told.py:told": "identity:opened, before anything shows",
    "server/desk/view.py:_decision": "case:viewed",
    "server/desk/view.py:_grounds": "case:viewed",
    "server/desk/view.py:_urgent": "case:viewed; what tells of the child only when identity:opened",
    "server/detections/queries.py:firm_ids": "(names it: its callers are here too)",
    "server/intake/actions/notify.py:wish_of": "report:notified (to the reporter, who asked for it)",
    "server/intake/queries.py:answers_of": "(names it: its callers are here too)",
    "server/intake/queries.py:chosen": "(names it: its callers are here too)",
    "server/measures/deliver.py:body_of": "measure:delivered (to the firm's own system)",
    "server/site/walked.py:peers": "(the tour of a demo home: whether somebody was asked, and nothing of the answer)",
    "server/support/actions/refer.py:_keep_wish": "case:wish, and nothing is shown",
    "server/support/actions/refer.py:_agreed": "support:referred, and nothing is shown",
    "server/support/queries.py:follow_ups_of": "case:viewed",
    "server/support/queries.py:referrals_of": "case:viewed",
    "server/support/queries.py:removals_of": "case:viewed",
    "server/support/queries.py:steps_of": "case:viewed",
    "server/support/queries.py:trusted_of": "identity:opened, before anything shows",
    "server/support/view.py:_removals": "case:viewed",
    "server/support/view.py:view": "case:viewed",
}


def readers(source: str, path: str) -> set[str]:
    """The functions of a file that call an unsealer which the file imported from its room, or reached through it."""
    tree, found = ast.parse(source), set[str]()
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if node.module.endswith(UNSEALERS.get(alias.name, "no room"))
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
            direct = any(isinstance(call, ast.Name) and call.id in names for call in calls)
            # `read` is what files do as well: through a module only the names that nothing else has.
            through = any(
                isinstance(call, ast.Attribute) and call.attr in UNSEALERS.keys() - {"read"} for call in calls
            )
            if direct or through:
                found.add(f"{path}:{function.name}")
    return found


def all_readers() -> set[str]:
    paths = [path for path in ROOT.rglob("*.py") if "migrations" not in path.parts]
    return {one for path in paths for one in readers(path.read_text(), path.relative_to(ROOT).as_posix())}


def test_every_reader_of_unsealed_text_is_known() -> None:
    assert all_readers() == set(READERS)


@pytest.mark.parametrize(
    "planted",
    [
        "from krama.server.detections.queries import firm_ids\ndef page(): return firm_ids(1)\n",
        "from krama.server.cases import queries\ndef page(): return queries.reason_of(1)\n",
        "from krama.server.compartments.queries import read as look\ndef page(): return look(1, 2)\n",
    ],
)
def test_a_planted_reader_is_seen(planted: str) -> None:
    if "look" in planted:
        planted = planted.replace("read as look", "read").replace("look(", "read(")
    assert readers(planted, "a.py") == {"a.py:page"}


def count(event: str, subject: str) -> int:
    return Entry.objects.filter(event=event, subject_id=subject).count()


@pytest.fixture
def decided() -> Any:
    case = builders.case(account="canary-account", content_id="")
    builders.decision(case, reason="canary-words")
    return case


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(builders.person(role))
    return client


def the_page(ref: str) -> str:
    return signed_in("officer").get(f"/cases/{ref}", headers={"host": "localhost"}).content.decode()


def a_form_that_comes_back(ref: str) -> str:
    answer = signed_in("officer").post(f"/cases/{ref}/hold", {"basis": "nothing"}, headers={"host": "localhost"})
    assert answer.status_code == 422
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("way", [the_page, a_form_that_comes_back])
def test_a_page_that_shows_the_words_of_a_decision_leaves_an_entry(decided: Any, way: Callable[[str], str]) -> None:
    before = count("case:viewed", decided.ref)
    assert "canary-words" in way(decided.ref)
    assert count("case:viewed", decided.ref) == before + 1


@pytest.mark.django_db
def test_the_api_that_gives_ids_leaves_an_entry(decided: Any) -> None:
    from krama.server.accounts.actions import add_key
    from krama.server.trail.actor import TERMINAL

    secret = add_key(TERMINAL, name="Console", scopes=["cases:read"])[1]
    answer = Client().get(
        f"/api/v1/cases/{decided.ref}", headers={"Authorization": f"Bearer {secret}", "host": "localhost"}
    )
    assert answer.json()["items"][0]["context"] == {"account_id": "canary-account"}
    assert count("case:viewed", decided.ref) == 1


@pytest.mark.django_db
def test_an_identity_shows_on_a_page_only_after_its_opening_is_an_entry(decided: Any) -> None:
    from krama.server.compartments.models import Pseudonym

    client = signed_in("officer")
    assert "canary-account" not in client.get(f"/cases/{decided.ref}", headers={"host": "localhost"}).content.decode()
    face = Pseudonym.objects.get(scope=f"case:{decided.ref}")
    asked = {"pseudonym": str(face.pk), "purpose": "protect"}
    client.post(f"/cases/{decided.ref}/open", asked, headers={"host": "localhost"})
    assert count("identity:opened", decided.ref) == 1
    assert "canary-account" in client.get(f"/cases/{decided.ref}", headers={"host": "localhost"}).content.decode()


@pytest.mark.django_db
def test_a_bundle_tells_of_actions_and_of_nobody(decided: Any, tmp_path: Path) -> None:
    """The auditor reads everything about actions and nothing about identities."""
    import zipfile

    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.export import export, prove

    the_page(decided.ref)
    export(TERMINAL, path=tmp_path / "trail.krama")
    with zipfile.ZipFile(tmp_path / "trail.krama") as archive:
        said = b"".join(archive.read(name) for name in archive.namelist())
    assert decided.ref.encode() in said
    assert b"case:viewed" in said
    proof = prove(TERMINAL, entry_id=str(Entry.objects.filter(event="case:decided").values_list("pk", flat=True)[0]))
    names = [str(name) for name in _names()]
    for hidden in ("canary", *names):
        assert hidden.encode() not in said
        assert hidden not in proof


def _names() -> list[str]:
    from krama.server.accounts.models import User

    return [name for row in User.objects.values_list("name", "username") for name in row if len(name) > 4]
