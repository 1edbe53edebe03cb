# SPDX-License-Identifier: Apache-2.0
"""Staff, and keys for machines."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import salted_hmac
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
    PROOFS_READ = "proofs:read", _("Read the live proofs")
    DETECTIONS_DELIVER = "detections:deliver", _("Bring what a gate found")
    REPORTS_SEND = "reports:send", _("Send reports")
    REPORTS_GATEWAY = "reports:gateway", _("Bring reports by SMS and by the telephone menu")


class Unit(models.Model):
    """A part of the firm that carries out the policy: a head, a deputy, people with or without an account."""

    class Kind(models.TextChoices):
        MANAGEMENT = "management", _("Management")
        CUSTOMER_CARE = "customer-care", _("Customer care")
        MODERATION = "moderation", _("Moderation and safety")
        ENGINEERING = "engineering", _("Engineering")
        NETWORK = "network", _("Network and hosting")
        SHOPS = "shops", _("Shops and agents")
        CONTENT = "content", _("Content and production")
        LEGAL = "legal", _("Legal")
        MARKETING = "marketing", _("Marketing and communication")
        PEOPLE = "people", _("Staff and training")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("what it does"), max_length=16, choices=Kind.choices)
    headcount = models.PositiveIntegerField(_("people who work there"), default=1)
    head = models.ForeignKey(
        "User", on_delete=models.PROTECT, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    deputy = models.ForeignKey(
        "User", on_delete=models.PROTECT, null=True, blank=True, related_name="deputises", verbose_name=_("deputy")
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(head=None) | models.Q(deputy=None) | ~models.Q(head=models.F("deputy")),
                name="head_and_deputy_are_two",
            )
        ]

    def __str__(self) -> str:
        return self.name


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
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )
    reviewed_at = models.DateTimeField(null=True, editable=False)  # somebody looked again: role and access are right
    is_demo = models.BooleanField(default=False, editable=False)
    # How the firm's own sign-in provider calls this person, written by an administrator; empty: not let in that way.
    provider_name = models.CharField(
        _("name at the sign-in provider"), max_length=200, null=True, blank=True, unique=True
    )
    session_epoch = models.PositiveIntegerField(default=0, editable=False)  # one more, and every session has ended
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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django keeps a session only while this stays the same: the password, and the count of endings."""
        value = f"{self.session_epoch}:{self.password}"
        return salted_hmac("krama.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

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
