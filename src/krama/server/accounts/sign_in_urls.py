# SPDX-License-Identifier: Apache-2.0
"""allauth's doors, only those we open: sign in, sign out, change one's own password."""

from __future__ import annotations

from allauth.account import views
from django.urls import path
from django.views.decorators.http import require_http_methods

as_form = require_http_methods(("GET", "HEAD", "POST"))  # allauth takes PUT for POST
urlpatterns = [
    path("login", as_form(views.login), name="account_login"),
    path("logout", as_form(views.logout), name="account_logout"),
    path("password/change", as_form(views.password_change), name="account_change_password"),
]
