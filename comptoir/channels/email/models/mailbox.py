"""Mailboxes: an e-mail account of the shop that we read by IMAP and answer from by SMTP."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.channels.models import Account
from comptoir.ground import clock

from ..line import Server
from .alignment import Alignment
from .leased import Leased

SILENT_AFTER = timedelta(minutes=10)


class Security(models.TextChoices):
    """How the line to the server is closed to others."""

    TLS = "tls", _("Encrypted (SSL/TLS)")
    STARTTLS = "starttls", _("Encrypted after the greeting (STARTTLS)")
    NONE = "none", _("Not encrypted (this machine only)")


class Auth(models.TextChoices):
    PASSWORD = "password", _("Password")
    GOOGLE = "google", _("Google")
    MICROSOFT = "microsoft", _("Microsoft")


class History(models.TextChoices):
    """How much of the past is fetched when a mailbox is connected; nothing is answered by it."""

    NONE = "none", _("Only what arrives from now on")
    MONTH = "month", _("The last 30 days")
    YEAR = "year", _("The last year")
    ALL = "all", _("Everything")

    def since(self, day: date) -> date | None:
        """The first day wanted; None when there is no first day."""
        days = {"none": 0, "month": 30, "year": 365}.get(self.value)
        return None if days is None else day - timedelta(days=days)


class MailboxQuerySet(models.QuerySet):
    def open(self):
        return self.filter(account__closed_at=None)

    def ask_reconciliation(self) -> int:
        return self.update(reconciliation_asked_at=clock.now())


class Mailbox(Leased):
    """How one mailbox is reached. Passwords and tokens are in `account.secrets`, sealed.

    `revision` grows with each change of settings, so that its listener dials again at once.
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="mailbox")
    provider = models.CharField(max_length=40, blank=True)
    auth = models.CharField(max_length=10, choices=Auth.choices, default=Auth.PASSWORD)
    host = models.CharField(_("Incoming server (IMAP)"), max_length=253)
    port = models.PositiveIntegerField(_("Port"), default=993)
    security = models.CharField(_("Security"), max_length=8, choices=Security.choices, default=Security.TLS)
    login = models.CharField(_("Login"), max_length=320)
    smtp_host = models.CharField(_("Outgoing server (SMTP)"), max_length=253)
    smtp_port = models.PositiveIntegerField(_("Port"), default=465)
    smtp_security = models.CharField(
        _("Security"), max_length=8, choices=Security.choices, default=Security.TLS
    )
    smtp_login = models.CharField(_("Login"), max_length=320, blank=True)
    is_local = models.BooleanField(default=False, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    smtp_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    saves_sent = models.BooleanField(default=False, editable=False)
    history = models.CharField(max_length=5, choices=History.choices, default=History.MONTH)
    connected_at = models.DateTimeField(default=clock.now, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    reconciliation_asked_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = MailboxQuerySet.as_manager()

    def __str__(self) -> str:
        return self.account.address or self.account.name

    # --- where it is ----------------------------------------------------------------------------
    @property
    def receiving(self) -> Server:
        return Server(self.host, self.port, self.security, self.is_local, self.fingerprint)

    @property
    def sending(self) -> Server:
        return Server(
            self.smtp_host, self.smtp_port, self.smtp_security, self.is_local, self.smtp_fingerprint
        )

    @property
    def sending_login(self) -> str:
        return self.smtp_login or self.login

    @property
    def password(self) -> str:
        return self.account.secrets.get("password", "")

    @property
    def sending_password(self) -> str:
        return self.account.secrets.get("smtp_password") or self.password

    # --- how it does ------------------------------------------------------------------------------
    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_open(self) -> bool:
        return self.account.closed_at is None

    @property
    def standing(self) -> dict:
        """In a word or two: how this mailbox does now."""
        if self.is_paused:
            return {"kind": "soon", "icon": "pause", "text": _("Paused")}
        if self.account.last_error:
            return {"kind": "wrong", "icon": "alert", "text": _("In trouble")}
        if not self.account.last_seen_at or self.account.last_seen_at < self.connected_at:
            return {"kind": "", "icon": "info", "text": _("First look to come")}
        if self.is_silent:
            return {"kind": "wrong", "icon": "alert", "text": _("Nobody is listening")}
        return {"kind": "good", "icon": "check", "text": _("Listening")}

    @property
    def is_silent(self) -> bool:
        """Nobody has heard from it for longer than a listener ever takes."""
        return clock.now() - (self.account.last_seen_at or self.connected_at) > SILENT_AFTER

    @property
    def past(self) -> tuple[int, int]:
        """How many old messages were fetched, out of how many."""
        sums = self.folders.followed().aggregate(done=models.Sum("past_done"), total=models.Sum("past_total"))
        return sums["done"] or 0, sums["total"] or 0

    @property
    def is_fetching_past(self) -> bool:
        return self.folders.followed().with_past().exists()

    # --- what people do ---------------------------------------------------------------------------
    def pause(self) -> None:
        self._change(paused_at=clock.now())

    def resume(self) -> None:
        self._change(paused_at=None)

    def disconnect(self) -> None:
        """Reads no more and forgets the passwords; every message stays."""
        Account.objects.filter(pk=self.account_id).update(closed_at=clock.now(), secrets={})
        self.account.refresh_from_db()
        self._change(paused_at=None)

    def settings_changed(self) -> None:
        """Makes the listener dial again with what was just saved, and the sender's domain be looked at again."""
        self._change()
        Alignment.objects.ask(self.account)

    def ask_reconciliation(self) -> None:
        """Has every folder compared with what is stored, as soon as its listener can."""
        Mailbox.objects.filter(pk=self.pk).ask_reconciliation()

    def _change(self, **changes) -> None:
        Mailbox.objects.filter(pk=self.pk).update(revision=models.F("revision") + 1, **changes)
        self.refresh_from_db()
