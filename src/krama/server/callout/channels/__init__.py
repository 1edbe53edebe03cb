# SPDX-License-Identifier: Apache-2.0
"""The ways to call somebody, one file each: `clean` an address, say whether it `is_set`, `send`."""
