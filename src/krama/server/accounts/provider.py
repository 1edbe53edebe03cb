# SPDX-License-Identifier: Apache-2.0
"""The firm's own sign-in provider (OpenID Connect), by allauth, with the checks that it leaves out.

allauth does not ask for a nonce and does not check the signature of a token it fetched itself; we do both. Nobody
is let in who is not a member of staff already: see `linking`.
"""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from requests import RequestException

from krama.server.accounts.id_token import checked

NAME = "firm"
NONCE = "krama_oidc_nonce"
FAULTS = (RequestException, OAuth2Error, KeyError, ValueError, TypeError)


class FirmAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Speaks to the provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config["issuer"]).rstrip("/") != oidc().server:
            raise OAuth2Error("the provider's own description names another issuer")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        config = self.openid_config
        with_keys = self._get(config["jwks_uri"])
        nonce = str(request.session.pop(NONCE, "")) or secrets.token_hex(16)  # without one asked for, none fits
        claims = checked(str(kwargs["response"]["id_token"]), with_keys, config["issuer"], app.client_id, nonce)
        if oidc().claim not in claims and "userinfo_endpoint" in config:
            told = self._fetch_user_info(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider spoke of two people")
            claims = {**told, **claims}
        found = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        found.claims = claims
        return found

    def _get(self, url: str) -> dict[str, Any]:
        from allauth.socialaccount.adapter import get_adapter

        with get_adapter().get_requests_session() as session:
            answer = session.get(url)
            answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("openid_connect_callback")).replace(
            "http://", "https://" if settings.HOME.secure else "http://", 1
        )


class FirmProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """Asks for a nonce; takes no parameter of its request from the address, as allauth would."""

    oauth2_adapter_class = FirmAdapter

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # what the provider tells of a person is looked at once, and not kept

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # nobody is signed up, so nobody's name is needed

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("openid_connect_login")

    def get_callback_url(self) -> str:
        return reverse("openid_connect_callback")

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        nonce = request.session[NONCE] = secrets.token_urlsafe(24)
        return {
            "process": "login",
            "scope": self.get_scope(),
            "auth_params": {**self.get_auth_params(), "nonce": nonce},
        }


provider_classes = [FirmProvider]


def login(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the firm's provider."""
    return _through(request, OAuth2LoginView)


def callback(request: HttpRequest) -> HttpResponseBase:
    """It comes back, with a code or without."""
    return _through(request, OAuth2CallbackView)


def _through(request: HttpRequest, view: Any) -> HttpResponseBase:
    if settings.KRAMA_OIDC is None:
        raise Http404
    adapter = FirmAdapter(request, NAME)
    try:
        answer: HttpResponseBase = view.adapter_view(adapter)(request)
        return answer
    except FAULTS as problem:  # it is down, or speaks another language than OpenID Connect
        refused: HttpResponseBase = render_authentication_error(request, adapter.get_provider(), exception=problem)
        return refused


def oidc() -> Any:
    """The provider of this home; its views answer 404 where there is none."""
    return settings.KRAMA_OIDC


def log_refused(problem: object) -> None:
    """Never the message: it may hold what the provider sent."""
    structlog.get_logger().warning("sign-in refused", error=type(problem).__name__)
