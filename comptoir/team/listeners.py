"""What the team writes down when somebody signs in, signs out, or changes how they do."""

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils.translation import gettext as _

from .models import Act, AuditEntry, Visit
from .models.visit import SESSION_KEY
from .visitors import address_of


@receiver(user_logged_in)
def begin_the_visit(sender, request, user, **facts) -> None:
    address = address_of(request)
    Visit.objects.begin(request, user, address)
    AuditEntry.objects.note(Act.SIGNED_IN, by=user, address=address)


@receiver(user_logged_out)
def end_the_visit(sender, request, user, **facts) -> None:
    if user is not None:
        user.visits.filter(pk=request.session.get(SESSION_KEY)).delete()


@receiver([password_changed, password_set, password_reset])
def sign_out_everywhere_else(sender, request, user, **facts) -> None:
    """A new password ends every other visit: whoever knew the old one is out."""
    user.visits.exclude(pk=request.session.get(SESSION_KEY)).delete()
    AuditEntry.objects.note(Act.PASSWORD_CHANGED, by=user, address=address_of(request))


@receiver(authenticator_added)
def note_new_factor(sender, request, user, authenticator, **facts) -> None:
    _note_factor(Act.SECOND_FACTOR_ADDED, request, user, authenticator)


@receiver(authenticator_removed)
def note_removed_factor(sender, request, user, authenticator, **facts) -> None:
    _note_factor(Act.SECOND_FACTOR_REMOVED, request, user, authenticator)


def _note_factor(act: str, request, user, authenticator) -> None:
    """Recovery codes come and go with the others: they have no line of their own."""
    names = {"totp": _("Authenticator app"), "webauthn": _("Passkey")}
    if authenticator.type in names:
        AuditEntry.objects.note(act, by=user, on=names[authenticator.type], address=address_of(request))
