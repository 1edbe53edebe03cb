# SPDX-License-Identifier: Apache-2.0
"""What a database can keep. Apart from the uploads' guard: a command needs this, and none of what the web needs."""

from __future__ import annotations

from krama.text.storable import storable

__all__ = ["storable"]
