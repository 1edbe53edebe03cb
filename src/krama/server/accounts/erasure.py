# SPDX-License-Identifier: Apache-2.0
"""What becomes of staff and their keys; Django's own tables and those of its sign-in stand here too."""

from __future__ import annotations

FATES = {
    "accounts.Unit": ("kept", "A part of the firm."),
    "accounts.User": ("kept", "Staff are deactivated, never deleted: the trail speaks of them."),
    "accounts.Key": ("kept", "A machine's key: its name, and a hash of its secret."),
    "auth.Permission": ("kept", "Django's table; Krama writes nothing of its own there: roles are in the code."),
    "auth.Group": ("kept", "Django's table; always empty here."),
    "auth.Group_permissions": ("kept", "Django's table; always empty here."),
    "contenttypes.ContentType": ("kept", "Names of tables."),
    "sessions.Session": (
        "expires",
        "Whose session it is, and how far the story was walked; over after twelve hours.",
    ),
    "mfa.Authenticator": ("kept", "A second factor of staff, sealed under the home's key; goes when it is taken away."),
    "socialaccount.SocialAccount": ("kept", "Which identity at the firm's own provider is which member of staff."),
    "socialaccount.SocialApp": ("kept", "Always empty: the provider stands in the settings."),
    "socialaccount.SocialToken": ("kept", "Always empty: no token is kept."),
    "account.EmailAddress": ("kept", "Always empty: nobody has an e-mail address here."),
    "account.EmailConfirmation": ("kept", "Always empty: nobody has an e-mail address here."),
}
