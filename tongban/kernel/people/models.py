"""Who uses the platform: staff with posts, applicants with a real-name level."""

import secrets
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..trust import vault
from ..units.models import Unit
from .masking import mask_email, mask_id, mask_name, mask_phone
from .roles import Role

CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread aloud


def new_code() -> str:
    """A public id that tells nothing and is never reused."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(12))


class Applicant(models.Model):
    """A natural or legal person who applies. Names, ID numbers and phones are encrypted."""

    class Kind(models.TextChoices):
        NATURAL = "natural", _("自然人")
        LEGAL = "legal", _("法人")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    name_sealed = models.BinaryField(default=bytes)
    name_masked = models.CharField(max_length=120, blank=True)
    name_index = models.BinaryField(max_length=32, null=True, db_index=True)
    id_sealed = models.BinaryField(default=bytes)
    id_masked = models.CharField(max_length=18, blank=True)
    id_index = models.BinaryField(max_length=32, null=True, unique=True)
    phone_sealed = models.BinaryField(default=bytes)
    phone_masked = models.CharField(max_length=20, blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, unique=True)
    email_sealed = models.BinaryField(default=bytes)
    email_masked = models.CharField(max_length=80, blank=True)
    identity_level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_level__range=(1, 3)), name="applicant_identity_level"
            )
        ]

    def __str__(self) -> str:
        return self.name_masked or self.phone_masked

    def set_name(self, name: str) -> None:
        """Legal names are public (企业信息公示暂行条例) and stay readable."""
        self.name_sealed = vault.encrypt(name)
        self.name_masked = mask_name(name) if self.kind == self.Kind.NATURAL else name
        self.name_index = vault.index("name", name)

    def set_id(self, number: str) -> None:
        self.id_sealed = vault.encrypt(number)
        self.id_masked = mask_id(number) if self.kind == self.Kind.NATURAL else number
        self.id_index = vault.index("id", number)

    def set_phone(self, phone: str) -> None:
        self.phone_sealed = vault.encrypt(phone)
        self.phone_masked = mask_phone(phone)
        self.phone_index = vault.index("phone", phone)

    def set_email(self, address: str) -> None:
        """An empty address ends messages by e-mail."""
        self.email_sealed = vault.encrypt(address) if address else b""
        self.email_masked = mask_email(address)

    @property
    def email(self) -> str:
        return vault.decrypt(self.email_sealed) if self.email_sealed else ""

    @property
    def name(self) -> str:
        """The full name. Whoever shows it to staff goes through `unmask`, which logs."""
        return vault.decrypt(self.name_sealed) if self.name_sealed else ""

    @property
    def id_number(self) -> str:
        return vault.decrypt(self.id_sealed) if self.id_sealed else ""

    @property
    def phone(self) -> str:
        return vault.decrypt(self.phone_sealed) if self.phone_sealed else ""


class Agency(models.Model):
    """A legal person's authorised agent 经办人, for a period."""

    principal = models.ForeignKey(Applicant, models.CASCADE, related_name="agents")
    agent = models.ForeignKey(Applicant, models.CASCADE, related_name="principals")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)


class Accounts(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)

    def create_user_named(
        self, username: str, password: str | None = None, **fields: Any
    ) -> "Account":
        """Without a password nobody can sign in by one (applicants use phone codes)."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """One sign-in. Staff have posts and a second factor; applicants have an applicant."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    totp_sealed = models.BinaryField(default=bytes)
    totp_used = models.BigIntegerField(default=0)
    applicant = models.OneToOneField(Applicant, models.PROTECT, null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Accounts()

    def __str__(self) -> str:
        return self.name or self.username


class Assignment(models.Model):
    """Who sits on which chair: (account, unit, role) for a period."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=16, choices=Role)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="assignment_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()}"

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class PhoneCode(models.Model):
    """A one-time code sent to a phone; only its digest is kept."""

    phone_index = models.BinaryField(max_length=32, db_index=True)
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class ApiKey(models.Model):
    """A key by which another system acts as an account; only its digest is kept.

    kinds: of matters it is good for, empty for all. secret_sealed: what its requests must be
    signed with, when they must. used_at: to the hour.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="api_keys")
    digest = models.BinaryField(max_length=32, unique=True)
    purpose = models.CharField(max_length=120)
    kinds = models.JSONField(default=list)
    may_write = models.BooleanField(default=True)
    secret_sealed = models.BinaryField(default=bytes)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    @property
    def secret(self) -> str:
        return vault.decrypt(self.secret_sealed) if self.secret_sealed else ""


class PopulationRecord(models.Model):
    """The demonstration's population register; a real one is asked over its own interface."""

    id_index = models.BinaryField(max_length=32, unique=True)
    name_index = models.BinaryField(max_length=32)


class EnterpriseRecord(models.Model):
    """The enterprise register, by unified credit code (GB 32100). Public (企业信息公示暂行条例
    第六条)."""

    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    representative = models.CharField(max_length=60, blank=True)
    scope = models.CharField(max_length=500, blank=True)


class AccessLog(models.Model):
    """Every reading of personal data in the clear: who, whose, what, what for."""

    at = models.DateTimeField(auto_now_add=True)
    reader = models.ForeignKey(Account, models.PROTECT, related_name="readings")
    subject = models.ForeignKey(Applicant, models.PROTECT, related_name="readings")
    fields = models.CharField(max_length=60)
    purpose = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="access_log_subject")]
