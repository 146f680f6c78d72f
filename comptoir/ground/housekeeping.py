"""What the machine tidies by itself."""

from datetime import timedelta

from . import clock
from .models import Event
from .work import every

EVENTS_KEPT = timedelta(days=7)


@every(timedelta(hours=24), name="ground.forget_old_events")
def forget_old_events() -> None:
    """The log serves screens that slept; a screen that slept for a week reloads."""
    Event.objects.filter(at__lt=clock.now() - EVENTS_KEPT).delete()
