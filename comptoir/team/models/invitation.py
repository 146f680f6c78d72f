"""Invitations: a link handed to a future colleague, or to the very first owner."""

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .link import OneTimeLink, OneTimeLinkQuerySet
from .member import Member, Role
from .store import Store


class AlreadyOpen(Exception):
    """The shop has an owner: the link of the first start would hand it to somebody else."""


class InvitationQuerySet(OneTimeLinkQuerySet):
    @transaction.atomic
    def owner_link(self) -> "Invitation":
        """The link that creates the owner's account; the ones printed before stop working."""
        if Member.objects.owners().exists():
            raise AlreadyOpen
        self.filter(by=None).withdraw()
        return self.create(role=Role.OWNER)


class Invitation(OneTimeLink):
    """`by` is None for the owner's link, which the machine itself prints."""

    email = models.EmailField(_("E-mail address"), blank=True)
    role = models.CharField(_("Role"), max_length=10, choices=Role.choices, default=Role.AGENT)
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("Stores"))
    by = models.ForeignKey(Member, models.CASCADE, null=True, editable=False, related_name="invitations")
    accepted_by = models.OneToOneField(
        Member, models.SET_NULL, null=True, editable=False, related_name="invitation"
    )

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.email or str(self.get_role_display())

    @property
    def path(self) -> str:
        """Where the link leads; known only while the token is."""
        return reverse("team:welcome", args=[self.token])

    @property
    def opens_the_shop(self) -> bool:
        return self.by_id is None

    def renew(self) -> None:
        self.draw_token()
        self.revoked_at = None
        self.save()

    @transaction.atomic
    def accept(self, *, name: str, email: str, password: str, language: str = "") -> Member | None:
        """The new member; None when somebody else came first."""
        if not self.claim() or (self.opens_the_shop and Member.objects.owners().exists()):
            return None
        member = Member.objects.create_user(email, password, name=name, role=self.role, language=language)
        member.stores.set(self.stores.all())
        Invitation.objects.filter(pk=self.pk).update(accepted_by=member)
        return member
