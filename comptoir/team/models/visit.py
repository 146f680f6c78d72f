"""Visits: one per browser in which a member is signed in; ending a visit signs that browser out."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from comptoir.ground import clock

from .member import Member
from .store import Store

SESSION_KEY = "visit"
# How often "last seen" is written down: a page must not cost a write.
PRECISION = timedelta(minutes=5)


class VisitQuerySet(models.QuerySet):
    def begin(self, request, member: Member, address: str | None) -> "Visit":
        moment = clock.now()
        device = request.META.get("HTTP_USER_AGENT", "")[:300]
        visit = self.create(member=member, address=address, device=device, began_at=moment, seen_at=moment)
        request.session[SESSION_KEY] = visit.pk
        return visit

    def behind(self, request, member: Member) -> "Visit | None":
        """The visit of this browser, with the time zone of the member's first store; None once it was ended.

        Somebody without a store, an owner for instance, lives in the time zone of the first store of all.
        """
        theirs = Store.objects.filter(members=OuterRef("member")).values("time_zone")[:1]
        any_store = Store.objects.values("time_zone")[:1]
        mine = self.filter(pk=request.session.get(SESSION_KEY), member=member)
        return mine.annotate(zone=Coalesce(Subquery(theirs), Subquery(any_store))).first()

    def recent(self):
        """Those whose session can still be alive, newest first."""
        limit = clock.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return self.filter(seen_at__gt=limit).order_by("-seen_at")


class Visit(models.Model):
    """Where and with what somebody is signed in."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="visits")
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.member} {self.address}"

    def see(self) -> None:
        moment = clock.now()
        if moment - self.seen_at > PRECISION:
            Visit.objects.filter(pk=self.pk).update(seen_at=moment)

    @property
    def device_in_words(self) -> str:
        """ "Firefox, Linux": what a person recognises in a browser's long name."""
        browsers = (
            ("Edg", "Edge"),
            ("OPR", "Opera"),
            ("Firefox", "Firefox"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
        )
        systems = ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")
        systems += ("Mac OS", "Mac"), ("Linux", "Linux")
        names = [
            next((name for mark, name in kind if mark in self.device), "") for kind in (browsers, systems)
        ]
        return ", ".join(filter(None, names)) or _("Unknown device")
