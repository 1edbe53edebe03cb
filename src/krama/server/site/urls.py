# SPDX-License-Identifier: Apache-2.0
"""Addresses, one list a face: public, console, api."""

from __future__ import annotations

from django.urls import include, path

from krama.server.site.api import api

PUBLIC = [
    path("", include("krama.server.site.public_urls")),
    path("", include("krama.server.intake.public_urls")),
]
CONSOLE = [
    path("accounts/", include("krama.server.accounts.sign_in_urls")),
    path("", include("krama.server.accounts.urls")),
    path("", include("krama.server.countries.urls")),
    path("", include("krama.server.lists.urls")),
    path("", include("krama.server.intake.urls")),
    path("", include("krama.server.cases.urls")),
    path("", include("krama.server.wellbeing.urls")),
    path("", include("krama.server.measures.urls")),
    path("", include("krama.server.support.urls")),
    path("", include("krama.server.callout.urls")),
    path("", include("krama.server.desk.urls")),
    path("", include("krama.server.confidentiality.urls")),
    path("", include("krama.server.assessments.urls")),
]
API = [path("api/v1/", api.urls)]

urlpatterns = [*PUBLIC, *API, *CONSOLE]
handler400 = "krama.server.web.problems.bad_request"
handler403 = "krama.server.web.problems.forbidden"
handler404 = "krama.server.web.problems.not_found"
handler500 = "krama.server.web.problems.server_error"
