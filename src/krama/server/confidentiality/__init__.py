# SPDX-License-Identifier: Apache-2.0
"""What the firm's own systems hold on child users: the register, its papers, and the scans that fill it.

It describes systems and fields; nothing here may name or describe a child.
"""
