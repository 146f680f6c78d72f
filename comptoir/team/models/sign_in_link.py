"""Sign-in links: the way back for an owner who is locked out, printed by the machine that holds the shop."""

from datetime import timedelta

from django.db import models
from django.urls import reverse

from .link import OneTimeLink, OneTimeLinkQuerySet
from .member import Member


class SignInLinkQuerySet(OneTimeLinkQuerySet):
    def issue(self, member: Member) -> "SignInLink":
        """A link for this member; earlier ones stop working."""
        self.filter(member=member).withdraw()
        return self.create(member=member)


class SignInLink(OneTimeLink):
    """Signs `member` in without password or second factor; whoever can print it already holds the shop's files."""

    LIFE = timedelta(minutes=15)

    member = models.ForeignKey(Member, models.CASCADE, related_name="sign_in_links")

    objects = SignInLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.member)

    @property
    def path(self) -> str:
        return reverse("team:way-back", args=[self.token])
