# SPDX-License-Identifier: Apache-2.0
"""The API run apart: for machines."""

from __future__ import annotations

from django.urls import path

from krama.server.site.api import api

urlpatterns = [path("api/v1/", api.urls)]
handler400 = "krama.server.web.problems.bad_request"
handler403 = "krama.server.web.problems.forbidden"
handler404 = "krama.server.web.problems.not_found"
handler500 = "krama.server.web.problems.server_error"
