"""What the team's machine tidies by itself: sessions, visits and counts that no longer serve."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session

from comptoir.ground import clock
from comptoir.ground.work import every

from .models import Remembered, Visit


@every(timedelta(hours=24), name="team.forget_old_visits")
def forget_old_visits() -> None:
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    Visit.objects.filter(seen_at__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()
    Remembered.objects.filter(expires__lt=now).delete()
