# SPDX-License-Identifier: Apache-2.0
"""allauth's second factors, as this house wants them: their secrets sealed, their input checked before it is kept."""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from krama.sealing import seal, unseal
from krama.server.accounts.security import note_locked

PLACE = "second factor"
KEPT = ("id", "rawId", "type", "authenticatorAttachment")
LONGEST = 20_000  # letters; an answer of a passkey has about two thousand


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth keeps of a phone or of recovery codes is sealed with this home's key."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(settings.KRAMA_SIGN_IN_KEY, text.encode(), PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(settings.KRAMA_SIGN_IN_KEY, base64.b64decode(encrypted_text), PLACE).decode()

    def _get_site_name(self) -> str:
        return "Krama"


class Credential(forms.JSONField):
    """What a passkey answered: an object of the shape that WebAuthn names, and nothing a database cannot keep."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)

    def to_python(self, value: Any) -> Any:
        broken = ValidationError(_("This passkey could not be read. Try again."), code="unreadable")
        if isinstance(value, str) and len(value) > LONGEST:
            raise broken
        try:
            told = super().to_python(value)
        except (ValidationError, ValueError, RecursionError) as problem:  # not JSON, or made to hurt who reads it
            raise broken from problem
        response = told.get("response") if isinstance(told, dict) else None
        if told in self.empty_values:
            return told
        if not isinstance(told, dict) or not isinstance(response, dict) or not _plain(told) or not _plain(response):
            raise broken
        return told

    def bound_data(self, data: Any, initial: Any) -> None:
        return None  # what was refused is not read a second time to be shown


def _plain(told: dict[str, Any]) -> bool:
    return not any(isinstance(value, str) and "\x00" in value for value in told.values())


class _Checked:
    """Whatever a broken answer does to the library that reads it, the person reads one sentence."""

    cleaned_data: dict[str, Any]

    def _parsed(self, parse: Any) -> None:
        try:
            parse(self.cleaned_data["credential"])
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise ValidationError(_("This passkey could not be read. Try again."), code="unreadable") from problem


class AddPasskey(_Checked, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, with a name to know it by."""

    name = forms.CharField(label=_("Name of this passkey"), max_length=60, required=False)
    credential = Credential()
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone"),
        help_text=_("It then asks for your finger, face or PIN, and no password is needed."),
        required=False,
        initial=True,
    )

    def clean_credential(self) -> dict[str, Any]:
        self._parsed(auth.parse_registration_response)
        told = self.cleaned_data["credential"]
        response = {name: told["response"].get(name) for name in ("attestationObject", "clientDataJSON")}
        props = (told.get("clientExtensionResults") or {}).get("credProps") or {}
        kept = {name: told[name] for name in KEPT if name in told}
        return {**kept, "response": response, "clientExtensionResults": {"credProps": {"rk": props.get("rk") is True}}}


class _Answer(_Checked):
    def clean_credential(self) -> Any:
        self._parsed(auth.parse_authentication_response)
        return super().clean_credential()  # type: ignore[misc]


class WithPasskey(_Answer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = Credential()


class PasskeyAlone(_Answer, LoginWebAuthnForm):  # type: ignore[misc]
    credential = Credential()


class PasskeyAgain(_Answer, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = Credential()


class _Code:
    def clean_code(self) -> str:
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except ValidationError as problem:
            if problem.code == "too_many_login_attempts":
                note_locked(self.user)  # type: ignore[attr-defined]
            raise


class WithCode(_Code, AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgain(_Code, ReauthenticateForm):  # type: ignore[misc]
    pass
