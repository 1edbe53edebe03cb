# SPDX-License-Identifier: Apache-2.0
"""Staff, and keys for machines."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does; `may` says what each role may."""

    REVIEWER = "reviewer", _("Reviewer")
    LEAD = "lead", _("Review lead")
    OFFICER = "officer", _("Child protection officer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("System administrator")


class Scope(models.TextChoices):
    """What a key for a machine may do."""

    SCAN = "scan", _("Scan uploads")
    CASES_READ = "cases:read", _("Read cases")
    CASES_DECIDE = "cases:decide", _("Send a person’s decision")
    MEASURES_CONFIRM = "measures:confirm", _("Confirm measures")


class Users(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A member of staff. Deactivated, never deleted: the trail speaks of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Small letters, digits, dots and hyphens; no spaces."))
        ],
    )
    name = models.CharField(_("full name"), max_length=120)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    @property
    def actor_kind(self) -> str:
        return "person"

    @property
    def actor_id(self) -> str:
        return str(self.pk)

    def get_full_name(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.username


class Key(models.Model):
    """A key for a machine: its secret is shown once; only a hash of it is kept (it is 256 random bits)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="keys")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def actor_kind(self) -> str:
        return "key"

    @property
    def actor_id(self) -> str:
        return self.prefix

    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]
