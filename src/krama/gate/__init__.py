# SPDX-License-Identifier: Apache-2.0
"""What happens at the upload? The scan service that answers at once and remembers nothing: no Django, no database.

What it finds is written down before it is answered, and delivered to the server, once each. It must never let content
past because something is broken: a decoder that dies costs one answer, `review`.
"""
