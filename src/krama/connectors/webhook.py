# SPDX-License-Identifier: Apache-2.0
"""Is this webhook really from our Krama? Standard Webhooks 1.0: HMAC-SHA-256, five minutes of tolerance.

Nothing in the body may be believed before `verify` has returned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from krama.connectors.errors import BadSignature
from krama.errors import BadInput


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The parsed body of a webhook signed with `secret` (`whsec_...`), or `BadSignature`.

    `body` is what came over the wire, byte for byte: parsing and writing it again would break the signature.
    The header `webhook-id` stays the same when Krama sends again: do the work once for each.
    """
    try:
        key = Webhook(secret)
    except (EmptyWebhookSecretError, ValueError) as error:
        raise BadInput("The webhook secret is empty, or not of the form whsec_...") from error
    try:
        key.verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError) as error:  # ValueError: not base64, not UTF-8
        raise BadSignature(f"{BadSignature.__doc__} ({error})") from error
    try:
        content = json.loads(body)
    except ValueError as error:
        raise BadInput("The webhook is well signed, but is not JSON.") from error
    if not isinstance(content, dict):
        raise BadInput("A webhook holds one JSON object.")
    return content
