# SPDX-License-Identifier: Apache-2.0
"""Who is woken, and the page behind the link of a message."""
