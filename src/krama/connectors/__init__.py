# SPDX-License-Identifier: Apache-2.0
"""How a firm plugs in: what runs inside the firm's own process. Needs `pip install 'krama[client]'`.

It knows only the addresses of the API, never Krama's server code.
"""

from pathlib import Path

from krama.connectors.client import KramaClient
from krama.connectors.errors import BadAnswer, BadSignature, ServerFault, Unreachable, Untrusted
from krama.connectors.webhook import verify

# One file without dependencies, for the firm to serve from its own origin.
REPORT_BUTTON = Path(__file__).parent / "browser" / "report-button.js"

__all__ = [
    "REPORT_BUTTON",
    "BadAnswer",
    "BadSignature",
    "KramaClient",
    "ServerFault",
    "Unreachable",
    "Untrusted",
    "verify",
]
