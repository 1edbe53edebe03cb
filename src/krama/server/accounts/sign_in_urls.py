# SPDX-License-Identifier: Apache-2.0
"""allauth's doors, only those we open: signing in and out, one's own password, one's own second factor."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods
from django.views.generic import RedirectView

from krama.server.accounts import provider
from krama.server.web.headers import WITH_SCRIPT

as_form = require_http_methods(("GET", "HEAD", "POST"))  # allauth takes PUT for POST
as_page = require_http_methods(("GET", "HEAD"))


def whole(view: Any) -> Any:
    """The change and its entry in the trail in one transaction."""
    return as_form(transaction.atomic(view))


def with_script(view: Any) -> Any:
    """A page where a passkey is asked for needs our script; no other page of Krama runs one."""

    @wraps(view)
    def scripted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = WITH_SCRIPT
        return response

    return scripted


F = "second-factor"
again_by_passkey = as_form(passkey.reauthenticate_webauthn)
urlpatterns = [
    path("login", with_script(as_form(views.login)), name="account_login"),
    path("logout", as_form(views.logout), name="account_logout"),
    path("password/change", as_form(views.password_change), name="account_change_password"),
    path("again", as_form(views.reauthenticate), name="account_reauthenticate"),
    path(F, as_page(factor.index), name="mfa_index"),
    path(f"{F}/ask", with_script(as_form(factor.authenticate)), name="mfa_authenticate"),
    path(f"{F}/again", as_form(factor.reauthenticate), name="mfa_reauthenticate"),
    path(f"{F}/phone", whole(totp.activate_totp), name="mfa_activate_totp"),
    path(f"{F}/phone/remove", whole(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(f"{F}/codes", as_page(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(f"{F}/codes/new", whole(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(f"{F}/passkeys", as_page(RedirectView.as_view(pattern_name="mfa_index")), name="mfa_list_webauthn"),
    path(f"{F}/passkeys/add", with_script(whole(passkey.add_webauthn)), name="mfa_add_webauthn"),
    path(f"{F}/passkeys/<int:pk>/remove", whole(passkey.remove_webauthn), name="mfa_remove_webauthn"),
    path(f"{F}/passkeys/again", with_script(again_by_passkey), name="mfa_reauthenticate_webauthn"),
    path(f"{F}/passkeys/login", as_form(passkey.login_webauthn), name="mfa_login_webauthn"),
    path("provider", as_page(provider.login), name="openid_connect_login"),
    path("provider/back", as_page(provider.callback), name="openid_connect_callback"),
]
