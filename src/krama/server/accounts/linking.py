# SPDX-License-Identifier: Apache-2.0
"""Who comes from the firm's provider: a member of staff whose name there an administrator wrote down, or nobody.

The first time, the provider's own lasting id is kept beside the account; from then on only that id opens it. So a
name that the firm gives to a newcomer does not open what was its former owner's.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.http import HttpRequest
from django.shortcuts import render

from krama.server.accounts.models import User
from krama.server.accounts.provider import log_refused, oidc
from krama.server.accounts.second_factor import PROVIDER


class StaffFromProvider(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """No sign-up, and nothing that the provider tells of a person is kept but its id."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims: dict[str, Any] = sociallogin.claims
        known = sociallogin.is_existing
        person = sociallogin.user if known else _mapped(claims)
        if person is None or not person.provider_name:
            log_refused(LookupError())
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
        if not known:
            sociallogin.connect(request, person)
        if person.is_active and oidc().counts(claims):
            record_authentication(request, person, "mfa", type=PROVIDER)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        log_refused(told.get("exception"))
        raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=403))


def _mapped(claims: dict[str, Any]) -> User | None:
    """The person whom an administrator gave this name, and whom no other id of the provider has opened yet."""
    name = oidc().claim
    value = claims.get(name)
    if not isinstance(value, str) or not value or (name == "email" and claims.get("email_verified") is not True):
        return None
    person = User.objects.filter(provider_name=value.lower()).first()
    return None if person is None or SocialAccount.objects.filter(user=person).exists() else person
