# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.accounts import pages

app_name = "accounts"
urlpatterns = [
    path("staff", pages.staff, name="staff"),
    path("staff/add", pages.add_staff, name="staff_add"),
    path("staff/<uuid:pk>", pages.person, name="person"),
    path("staff/<uuid:pk>/access", pages.administer, name="administer"),
    path("staff/<uuid:pk>/password", pages.reset_password, name="reset_password"),
    path("staff/<uuid:pk>/second-factor", pages.reset_factor, name="reset_factor"),
    path("staff/<uuid:pk>/provider", pages.provider_name, name="provider_name"),
    path("staff/<uuid:pk>/review", pages.review, name="review"),
    path("staff/<uuid:pk>/unit", pages.place, name="place"),
    path("keys", pages.keys, name="keys"),
    path("keys/add", pages.add_key, name="key_add"),
    path("keys/<uuid:pk>/revoke", pages.revoke_key, name="key_revoke"),
]
