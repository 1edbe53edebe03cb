# SPDX-License-Identifier: Apache-2.0
"""What is nearly alike is looked at once: items of one content, or that look alike, as one group; texts first."""

from __future__ import annotations

from krama.server.cases.models import Item
from krama.signals import LEAST_QUALITY, PDQ_RADIUS


def clusters(items: list[Item]) -> list[list[Item]]:
    """Groups in the order in which their first items came, reports before contents: text before pictures."""
    groups: list[list[Item]] = []
    of_hash: dict[str, list[Item]] = {}
    looks: list[tuple[int, list[Item]]] = []
    for item in items:
        keys, look = _keys(item), _look(item)
        group = next((of_hash[key] for key in keys if key in of_hash), None)
        if group is None and look is not None:
            group = next((near for other, near in looks if (look ^ other).bit_count() <= PDQ_RADIUS), None)
        if group is None:
            group = []
            groups.append(group)
            if look is not None:
                looks.append((look, group))  # of the first alone: everything in a group is near to what is shown of it
        group.append(item)
        of_hash |= dict.fromkeys(keys, group)
    return sorted(groups, key=lambda group: group[0].report_id is None)


def _keys(item: Item) -> list[str]:
    content = item.detection.content if item.detection is not None else {}
    return [f"{kind}:{content[kind]}" for kind in ("sha256", "sha1", "md5") if content.get(kind)]


def _look(item: Item) -> int | None:
    content = item.detection.content if item.detection is not None else {}
    if not content.get("pdq") or (content.get("pdq_quality") or 0) < LEAST_QUALITY:
        return None
    return int(content["pdq"], 16)
