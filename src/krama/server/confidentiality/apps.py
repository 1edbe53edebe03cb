# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.apps import AppConfig


class ConfidentialityConfig(AppConfig):
    name = "krama.server.confidentiality"
    label = "confidentiality"
