# SPDX-License-Identifier: Apache-2.0
"""What is done with cases, one file a verb's room; each change is one transaction and one entry in the trail."""
