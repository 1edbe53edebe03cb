# SPDX-License-Identifier: Apache-2.0
"""Krama: child online protection, carried out every day.

The library knows how, the gate acts at once and forgets, the server remembers what people decide.
"""

__version__ = "0.1.0"
