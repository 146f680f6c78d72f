"""One-time links: a secret that opens one door, once, for a short time. Only its fingerprint is kept."""

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import models

from comptoir.ground import clock

TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class OneTimeLinkQuerySet(models.QuerySet):
    def usable(self):
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=clock.now())

    def waiting(self):
        """Neither used nor withdrawn; perhaps expired."""
        return self.filter(used_at=None, revoked_at=None)

    def find(self, token: str):
        """The usable link behind a token, or None: blank, tampered, used, withdrawn and expired all look alike."""
        if not TOKEN.fullmatch(token):
            return None
        return self.usable().filter(token_hash=fingerprint(token)).first()

    def withdraw(self) -> int:
        return self.waiting().update(revoked_at=clock.now())


class OneTimeLink(models.Model):
    """`token` is known only to whoever has just asked for the link."""

    LIFE = timedelta(hours=24)

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = OneTimeLinkQuerySet.as_manager()
    token = ""

    class Meta:
        abstract = True

    def draw_token(self) -> None:
        """A new secret and a new life; the previous link dies."""
        self.token = secrets.token_urlsafe(32)
        self.token_hash = fingerprint(self.token)
        self.made_at = clock.now()
        self.expires_at = self.made_at + self.LIFE

    def save(self, **kwargs) -> None:
        if not self.token_hash:
            self.draw_token()
        super().save(**kwargs)

    def claim(self, **facts) -> bool:
        """True for the one who comes first; False ever after."""
        mine = type(self).objects.usable().filter(pk=self.pk)
        return bool(mine.update(used_at=clock.now(), **facts))

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= clock.now()
