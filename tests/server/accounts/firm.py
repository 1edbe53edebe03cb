# SPDX-License-Identifier: Apache-2.0
"""A firm's sign-in provider over real HTTP on loopback: discovery, keys, authorization code with PKCE, ID tokens.

It follows OpenID Connect Core 1.0 and RFC 7636, and can be told to fail in the ways that real ones do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.server.houses import free_port

CLIENT, SECRET = "krama", "a-secret-between-two-machines-0123456789"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGE = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def good(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, KEY, "RS256", headers={"kid": "one"})


def but(**changed: Any) -> Any:
    """The good token with these claims changed; None takes one away."""
    return lambda claims: good({k: v for k, v in (claims | changed).items() if v is not None})


FAULTS: dict[str, Any] = {
    "signed by somebody else": lambda claims: jwt.encode(claims, STRANGE, "RS256", headers={"kid": "one"}),
    "a key that is not published": lambda claims: jwt.encode(claims, KEY, "RS256", headers={"kid": "two"}),
    "not signed": lambda claims: jwt.encode(claims, "", "none", headers={"kid": "one"}),
    "signed with the shared secret": lambda claims: jwt.encode(claims, SECRET, "HS256", headers={"kid": "one"}),
    "another issuer": but(iss="http://localhost:1"),
    "for another client": but(aud="somebody-else"),
    "for two, made by the other": but(aud=[CLIENT, "other"], azp="other"),
    "expired": but(exp=int(time.time()) - 3600),
    "without an end": but(exp=None),
    "another nonce": but(nonce="another"),
    "without a nonce": but(nonce=None),
    "without a subject": but(sub=None),
    "not a token": lambda claims: "abc.def",
    "no token": lambda claims: None,
}


@dataclass
class Provider:
    """`person` is who signs in there next, as claims; `token` how its ID token is written."""

    port: int
    person: dict[str, Any] = field(default_factory=dict)
    token: Any = good
    down: bool = False
    refuses: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to, as somebody who signed in here."""
        self.asked.append(asked)
        if self.refuses:
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """RFC 6749 4.1.3 and RFC 7636 4.6: each code once, for its client, with the verifier of its challenge."""
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked.get("code_challenge")
        if not fits or asked.get("code_challenge_method") != "S256" or sent["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        told = self.token({k: v for k, v in claims.items() if v is not None} | self.person)
        return {"access_token": secrets.token_hex(8), "token_type": "Bearer", **({"id_token": told} if told else {})}


def handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if provider.down:
                self.send_error(503)
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize({k: v[0] for k, v in parse_qs(parts.query).items()}))
                self.end_headers()
            else:
                self.tell(provider.keys() if parts.path == "/keys" else provider.described())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told = provider.exchange({k: v[0] for k, v in parse_qs(body).items()})
            self.tell(told or {"error": "invalid_grant"}, 200 if told else 400)

        def tell(self, told: dict[str, Any], status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_said: object) -> None:
            return

    return Handler


@contextmanager
def providing() -> Iterator[Provider]:
    provider = Provider(free_port())
    server = ThreadingHTTPServer(("127.0.0.1", provider.port), handler_of(provider))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
