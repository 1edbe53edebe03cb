# SPDX-License-Identifier: Apache-2.0
"""Writing how a child is helped, a file a concern."""

from krama.server.support.actions.follow_up import follow_up, followed_up
from krama.server.support.actions.plan import move, offer
from krama.server.support.actions.refer import refer
from krama.server.support.actions.removal import ask_removal, decide_removal
from krama.server.support.actions.trusted import contacted, name_trusted, open_trusted

__all__ = [
    "ask_removal",
    "contacted",
    "decide_removal",
    "follow_up",
    "followed_up",
    "move",
    "name_trusted",
    "offer",
    "open_trusted",
    "refer",
]
