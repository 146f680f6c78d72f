"""The shop's own registration with Google or Microsoft, which lets it ask for access to its mailboxes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.ground.secrets import SealedField

from .mailbox import Auth


class OAuthClient(models.Model):
    """The client id and secret that Google or Microsoft gave to the shop; the secret is sealed."""

    provider = models.CharField(
        max_length=10, choices=[(one.value, one.label) for one in (Auth.GOOGLE, Auth.MICROSOFT)], unique=True
    )
    client_id = models.CharField(_("Client ID"), max_length=255)
    secrets = SealedField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.provider

    @property
    def client_secret(self) -> str:
        return self.secrets.get("client_secret", "")
