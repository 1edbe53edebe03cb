# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import profile

urlpatterns: list[URLPattern] = [
    path("guidelines/profile", profile.profile, name="profile"),
    path("guidelines/applies", profile.applies, name="applies"),
]
