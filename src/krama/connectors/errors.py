# SPDX-License-Identifier: Apache-2.0
"""What can go wrong between a firm's process and Krama, beside the errors that Krama itself names.

`permanent` answers the one question a caller has: can the same call succeed later?
"""

from __future__ import annotations

from krama.errors import KramaError


class Unreachable(KramaError):
    """Krama could not be reached, or the connection ended before its answer was whole."""

    code = "unreachable"
    permanent = False


class Untrusted(Unreachable):
    """The certificate at this address could not be verified; nothing was sent."""

    code = "untrusted"
    permanent = True


class ServerFault(KramaError):
    """Krama, or a proxy before it, answered with a fault of its own."""

    code = "server_fault"
    permanent = False


class BadAnswer(KramaError):
    """What answered is not Krama's API: is the address right?"""

    code = "bad_answer"


class BadSignature(KramaError):
    """The webhook is not signed with this secret, or its signature is too old."""

    code = "bad_signature"
