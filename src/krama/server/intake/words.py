# SPDX-License-Identifier: Apache-2.0
"""What somebody typed, made safe to store and to show: what nobody can see goes, and what turns lines around."""

from __future__ import annotations

import re

# Controls but for line ends and tabs; zero-width letters; marks that turn the direction of a line; half letters.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def typed(text: str, most: int) -> str:
    """At most `most` characters, without edges; line ends as one kind."""
    plain = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.strip()[:most].rstrip()


def one_line(text: str, most: int) -> str:
    """As `typed`, on one line."""
    return typed(" ".join(text.split()), most)
