# SPDX-License-Identifier: Apache-2.0
"""The comparison: what the reviewers saw and what the trail says. One case, one person, one decision."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

EARLY = 0.5  # seconds by which the trail's clock of a lease may differ from the lease's own

Line = dict[str, Any]


def seen(log: Path) -> list[Line]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def held_by_two(lines: list[Line], lease: float) -> int:
    """Somebody asked after another had got a case, and got the same one before that one let go or their time was up."""
    got: dict[str, list[Line]] = defaultdict(list)
    let: dict[tuple[str, int], list[float]] = defaultdict(list)
    for line in lines:
        if line["did"] == "got":
            got[line["ref"]].append(line)
        elif line["did"] == "lets go":
            let[line["ref"], line["who"]].append(line["at"])
    faults = 0
    for ref, holds in got.items():
        for one, other in combinations(sorted(holds, key=lambda line: line["asked"]), 2):
            ends = min([at for at in let[ref, one["who"]] if at >= one["at"]] + [one["asked"] + lease])
            faults += one["who"] != other["who"] and one["at"] < other["asked"] and other["at"] < ends
    return faults


def refused_to_its_holder(lines: list[Line], lease: float) -> int:
    """A decision refused because somebody else has the case, to the very person who has it."""
    last: dict[tuple[str, int], float] = {}
    faults = 0
    for line in lines:
        if line["did"] == "got":
            last[line["ref"], line["who"]] = line["asked"]
        elif line["did"] == "refused" and line["why"] == "held":
            faults += line["at"] < last.get((line["ref"], line["who"]), float("-inf")) + lease
    return faults


def compare(log: Path, lease: float) -> dict[str, Any]:
    """Counts, and faults by name: all are to be nought."""
    from krama.server.cases.models import Case, Decision, Item
    from krama.server.trail.models import Entry

    lines = seen(log)
    decided = Counter(Entry.objects.filter(event="case:decided").values_list("subject_id", flat=True))
    rows = Counter(Decision.objects.values_list("case__ref", flat=True))
    told = Counter(line["ref"] for line in lines if line["did"] == "decided")
    faults = {
        "decided twice": sum(count > 1 for count in rows.values()) + sum(count > 1 for count in decided.values()),
        "told decided twice": sum(count > 1 for count in told.values()),
        "told decided and is not": len(set(told) - set(rows)),
        "half decided": Item.objects.filter(decision=None, case__state="closed").count(),
        "held by two": held_by_two(lines, lease),
        "held by two, says the trail": trail_of_holds(lease),
        "refused to its holder": refused_to_its_holder(lines, lease),
        "stuck": Case.objects.filter(state="open").count(),
        "strange answers": sum(line["did"] == "status" and line["status"] not in (429, 500, 503) for line in lines),
    }
    counts = Counter(str(line["did"]) for line in lines) | Counter(
        f"refused: {line['why']}" for line in lines if line["did"] == "refused"
    )
    counts += Counter(f"{line['path']}: {line['status']}" for line in lines if line["did"] == "status")
    return {"counts": dict(counts) | {"cases": Case.objects.count(), "decisions": sum(rows.values())}, "faults": faults}


def trail_of_holds(lease: float) -> int:
    """By the trail's own times: a case taken by one while it was another's."""
    from krama.server.trail.models import Entry

    holder: dict[str, tuple[str, float]] = {}
    faults = 0
    events = ("case:taken", "case:returned", "case:decided")
    for entry in Entry.objects.filter(event__in=events).order_by("at").iterator():
        at, ref = entry.at.timestamp(), entry.subject_id
        if entry.event != "case:taken":
            holder.pop(ref, None)
            continue
        before = holder.get(ref)
        faults += before is not None and before[0] != entry.actor_id and at < before[1] - EARLY
        holder[ref] = (entry.actor_id, at + lease)
    return faults


def main() -> None:
    from krama.cli.house import start_django

    start_django()
    print(json.dumps(compare(Path(sys.argv[1]), float(sys.argv[2]))))


if __name__ == "__main__":
    main()
