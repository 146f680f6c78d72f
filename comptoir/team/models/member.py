"""Members: the people behind the counter."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .store import Store


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Agent")


class LastOwner(Exception):
    """The shop would be left without anybody who may do everything."""


class MemberManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **facts) -> "Member":
        member = self.model(email=self.normalize_email(email).lower(), **facts)
        member.set_password(password)
        member.save()
        return member

    def active(self):
        return self.filter(is_active=True)

    def owners(self):
        return self.active().filter(role=Role.OWNER)


class Member(AbstractBaseUser):
    """Somebody who answers customers; sees the threads of their stores and those of no store yet."""

    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=10, choices=Role.choices, default=Role.AGENT)
    stores = models.ManyToManyField(Store, blank=True, related_name="members", verbose_name=_("Stores"))
    is_active = models.BooleanField(default=True)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    theme = models.CharField(_("Theme"), max_length=5, default="auto")
    signature = models.TextField(_("Signature"), blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MemberManager()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else self.email.split("@")[0]

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def runs_the_shop(self) -> bool:
        """Owners and managers: may connect channels, invite, see every store."""
        return self.role in (Role.OWNER, Role.MANAGER)

    @property
    def has_second_factors(self) -> bool:
        return self.authenticator_set.exists()

    def change_address(self, email: str) -> None:
        """The new address signs in and receives password resets; the old one no longer does either."""
        self.email = email.lower()
        self.save(update_fields=["email"])
        self.emailaddress_set.all().delete()

    # --- the team ---------------------------------------------------------------------------------
    def may_manage(self, other: "Member") -> bool:
        """Owners manage everybody, managers everybody but owners, agents nobody."""
        return self.is_owner or (self.runs_the_shop and not other.is_owner)

    @property
    def grantable_roles(self) -> list[tuple[str, str]]:
        """The roles this member may give to somebody."""
        granted = {Role.OWNER: list(Role), Role.MANAGER: [Role.MANAGER, Role.AGENT]}
        return [(role.value, role.label) for role in granted.get(self.role, [])]

    @transaction.atomic
    def change_role(self, role: str) -> None:
        """Raises LastOwner rather than leave the shop without one."""
        if role != Role.OWNER:
            self._leave_an_owner()
        self.role = role
        self.save(update_fields=["role"])

    @transaction.atomic
    def deactivate(self) -> None:
        """Signs them out everywhere at once; what they wrote stays theirs. Raises LastOwner."""
        self._leave_an_owner()
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.visits.all().delete()

    def reactivate(self) -> None:
        self.is_active = True
        self.save(update_fields=["is_active"])

    def _leave_an_owner(self) -> None:
        owners = Member.objects.owners().select_for_update().values_list("pk", flat=True)
        if list(owners) == [self.pk]:
            raise LastOwner

    def audiences(self) -> set[str]:
        """Whose events this member may hear of (see `ground.Event.audience`)."""
        mine = {"team", f"member:{self.pk}"}
        if self.sees_everything:
            return mine | {"everywhere"}
        return mine | {f"store:{pk}" for pk in self.stores.values_list("pk", flat=True)}

    @property
    def sees_everything(self) -> bool:
        """An agent with no store of their own helps everywhere."""
        if self.runs_the_shop:
            return True
        if not hasattr(self, "_sees_everything"):
            self._sees_everything = not self.stores.exists()
        return self._sees_everything
