# SPDX-License-Identifier: Apache-2.0
"""What a public face run apart may still bring: rows sealed to the newest public key that it was given."""

from __future__ import annotations

from django.conf import settings

from krama.server.compartments.registry import waits_at_door
from krama.server.site.faces import apart_of


@waits_at_door("public face")
def at_the_door() -> set[int]:
    """Until `krama faces apart` hands out a newer one, the private half of this one must not be destroyed."""
    made = apart_of(settings.HOME)
    return {made.door} if made else set()
