# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "krama.server.desk"
    label = "desk"
