# SPDX-License-Identifier: Apache-2.0
"""Each live proof turns red when its cause is broken, names the cause, and is green again when it is mended.

One real `krama serve` whose clocks run in seconds. All proofs are made green, all are broken together, all are mended
together; what the API said of each of them at those three moments is kept, and each proof has its own test.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from krama.guidelines import shipped
from tests.server.callers import Machine, receiving
from tests.server.houses import House, copied, serving
from tests.server.made_proofs import SECONDS, Firm, Installation, proofs

pytestmark = [pytest.mark.database, pytest.mark.every_postgres]
LIVE = sorted(proof.id for proof in shipped().proofs if proof.kind == "live")
# What the API says in English when each is broken as below; the figures are those of what was broken.
CAUSES = {
    "live.lists-fresh": r"Active lists that nobody renewed in time: [12] of 2\.",
    "live.snapshot-published": r"A list was changed after the last publication; the scanners do not know it\.",
    "live.uploads-scanned": r"No upload was scanned for too long; the last scan was at \d{4}-\d\d-\d\d \d\d:\d\d\.",
    "live.cases-decided-in-time": r"Open cases past their time: \d+, the longest by \d+ hours\.",
    "live.measures-confirmed": r"Measures that were not confirmed in time: 1\.",
    "live.follow-ups-kept": r"Days to look after a child again that passed unkept: 1\.",
    "live.peer-notes-stand": r"Peer cases that something left without a standing note: 1\.",
    "live.roles-separated": r"Keys that may both scan and send decisions: 1\.",
    "live.trail-intact": r"Entry 3 of the trail was changed\.",
    "live.staff-reviewed": r"People whose role and access nobody looked at in time: 6\.",
    "live.policy-approved": r"Units in which nobody signed the policy: 1 of \d+\.",
    "live.unit-heads-named": r"Units without an active head or deputy: 1 of \d+\.",
    "live.answers-owned": r"Requirements that no unit owns: \d+ of \d+\.",
    "live.reviews-on-time": r"Reviews past their day: 1, longest [\w.-]+\.",
    "live.contacts-verified": r"Contacts that nobody confirmed in time: 1 of 6\.",
    "live.register-reviewed": r"Lines past their day of review: 1 of 2\.",
    "live.register-weighed": r"Lines of which nobody asked whether it is needed: 1 of 2\.",
    "live.impact-assessed": r"Lines that the impact assessment does not cover: 1 of 2\.",
    "live.reports-taken-in": r"Reports that did not reach a case in time: 1, the longest waits \d+ seconds\.",
    "live.reports-answered": r"Reports that nobody answered in time: 1, the oldest \d+ hours old\.",
    "live.report-page-light": r"The report page weighs [\d.]+ kB in Khmer and [\d.]+ kB in English; 30 is too much\.",
    "live.texts-reviewed": r"Lessons and answers that no native reader has read: 1 of \d+\.",
    "live.door-tested": r"The last test report that reached a person went in \d+ days ago\.",
    "live.steps-in-time": r"Playbooks of open cases with a step past its time: \d+, the longest by \d+ hours\.",
    "live.danger-first": r"With version 2 of the rules a child in danger now might wait, in cases of 9 kinds\.",
    "live.looks-given": r"Second looks that nobody gave in time: 1, the oldest \d+ hours old\.",
    "live.waves-answered": r"Waves of alike reports that nobody answered in time: 1\.",
    "live.reviewers-protected": r"Nobody called the counsellor in time; the number may be wrong\.",
    "live.drill-reached": r"The last drill of the call tree was \d+ days ago\.",
    "live.jobs-run": r"The job loop does not go round; it was last seen \d+ seconds ago\.",
}


@dataclass(frozen=True)
class Seen:
    """What the API said of every proof when all was well, when all was broken, and when all was mended."""

    green: dict[str, Any]
    red: dict[str, Any]
    mended: dict[str, Any]
    broken_at: datetime


def all_are(machine: Machine, state: str, again: Callable[[], None] | None = None) -> dict[str, Any]:
    """Wait, a minute at most, until every proof is seen so; what does not hold long is done `again`."""
    ends, done = time.monotonic() + 60, time.monotonic()
    while True:
        shown = proofs(machine)
        others = {one: (proof["state"], proof["cause"]) for one, proof in shown.items() if proof["state"] != state}
        if not others:
            return shown
        assert time.monotonic() < ends, others
        if again and time.monotonic() > done + SECONDS / 2:
            again()
            done = time.monotonic()
        time.sleep(0.2)


@pytest.fixture(scope="module")
def seen(demo_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with (
        copied(demo_pattern, tmp_path_factory.mktemp("proofs")) as house,
        receiving() as receiver,
        Installation(house) as krama,
    ):
        firm = Firm(house, krama.url, receiver)
        firm.make_green()
        green = all_are(firm.monitor, "pass", firm.renew)
        broken_at = datetime.now(UTC)
        firm.break_everything()
        krama.stop_the_loop_as_days_go_by()
        firm.leave_a_report_at_the_door()
        red = all_are(firm.monitor, "fail")
        krama.start_anew()
        firm.mend_everything()
        yield Seen(green, red, all_are(firm.monitor, "pass", firm.renew), broken_at)


def test_on_an_empty_installation_none_passes(real_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    with copied(real_pattern, tmp_path_factory.mktemp("empty")) as house, serving(house) as (_command, port):
        key = house.krama("keys", "add", "Monitor", "--scope", "proofs:read").stdout.strip()
        shown = proofs(Machine(f"http://localhost:{port}", key))
        assert {proof_id: proof["state"] for proof_id, proof in shown.items()} == dict.fromkeys(LIVE, "unknown")


def test_every_live_proof_is_broken_here() -> None:
    assert sorted(CAUSES) == LIVE


@pytest.mark.parametrize("proof_id", LIVE)
def test_it_turns_red_names_its_cause_and_turns_green_again(seen: Seen, proof_id: str) -> None:
    green, red, mended = (shown[proof_id] for shown in (seen.green, seen.red, seen.mended))
    assert green["state"] == "pass"
    assert red["state"] == "fail"
    assert re.fullmatch(CAUSES[proof_id], red["cause"])
    assert mended["state"] == "pass"
    assert (datetime.fromisoformat(red["since"]) - seen.broken_at).total_seconds() < 60
    assert datetime.fromisoformat(mended["last_failed_at"]) >= datetime.fromisoformat(red["since"])
