# SPDX-License-Identifier: Apache-2.0
"""What the running system shows about cases."""
