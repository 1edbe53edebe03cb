# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "krama.server.accounts"
    label = "accounts"

    def ready(self) -> None:
        from django.apps import apps

        if apps.is_installed("allauth.account"):  # the face for machines alone signs nobody in
            from krama.server.accounts.listening import listen

            listen()
