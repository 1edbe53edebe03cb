# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "krama.server.site"
    label = "site"

    def ready(self) -> None:
        from django.conf import settings

        from krama.server.outbox.loop import is_ending
        from krama.server.outbox.registry import collects, handles
        from krama.server.site import demo, witness_mail
        from krama.server.trail.sequencer import sequence
        from krama.server.trail.witness import witness

        # The trail and the outbox stand on one floor and do not know each other: the top wires them.
        collects("trail.sequence")(sequence)
        collects("trail.witness")(witness)
        collects(witness_mail.KIND)(witness_mail.mail_round)
        handles(witness_mail.KIND)(witness_mail.send)
        if settings.HOME.is_demo:
            handles(demo.STOP)(demo.holder(is_ending))
