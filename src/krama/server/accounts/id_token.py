# SPDX-License-Identifier: Apache-2.0
"""An ID token, checked as OpenID Connect Core 1.0 section 3.1.3.7 asks. Everything that does not fit is refused."""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

# Signed with a private key only: with a shared secret, or none, whoever reads our settings could be anybody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")
CLOCKS_MAY_DIFFER = 60  # seconds


def checked(token: str, keys: dict[str, Any], issuer: str, audience: str, nonce: str) -> dict[str, Any]:
    """The claims; `OAuth2Error` when signature, issuer, audience, time or nonce do not fit."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=audience,
            leeway=CLOCKS_MAY_DIFFER,
            options={"require": list(REQUIRED)},
        )
    except jwt.PyJWTError as problem:
        raise OAuth2Error(f"the ID token does not hold: {type(problem).__name__}") from problem
    if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise OAuth2Error("the ID token answers another request")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != audience:
        raise OAuth2Error("the ID token was made for another client")
    return claims


def _key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    """The one key of the provider that this token names; with one key, it need not name it."""
    name = jwt.get_unverified_header(token).get("kid")
    known = jwt.PyJWKSet.from_dict(keys).keys
    found = [
        key for key in known if key.key_type != "oct" and (key.key_id == name or (name is None and len(known) == 1))
    ]
    if not found:
        raise OAuth2Error("the ID token is signed with a key that the provider does not publish")
    return found[0]
