# SPDX-License-Identifier: Apache-2.0
"""The public face run apart."""

from __future__ import annotations

from django.urls import include, path

from krama.server.site import public_pages

PAGES = [path("", public_pages.root, name="root"), path("start", public_pages.start, name="start")]
urlpatterns = [path("", include((PAGES, "site"))), path("", include("krama.server.intake.public_urls"))]
handler400 = "krama.server.web.problems.bad_request"
handler403 = "krama.server.web.problems.forbidden"
handler404 = "krama.server.web.problems.not_found"
handler500 = "krama.server.web.problems.server_error"
