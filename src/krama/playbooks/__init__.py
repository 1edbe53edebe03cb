# SPDX-License-Identifier: Apache-2.0
"""What is to be done? One readable file a playbook: steps in order, by when, who, and where each leads."""

from __future__ import annotations

from krama.playbooks.load import load_playbook, playbooks, read_playbook
from krama.playbooks.model import KINDS, LEADS, PAGES, WHO, Playbook, Step

__all__ = [
    "KINDS",
    "LEADS",
    "PAGES",
    "WHO",
    "Playbook",
    "Step",
    "load_playbook",
    "playbooks",
    "read_playbook",
]
