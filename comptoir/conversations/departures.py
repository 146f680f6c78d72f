"""Where answers belong: the thread each one was written in, for those who may see it."""

from django.urls import reverse

from comptoir.consent.homes import Home, finds_homes
from comptoir.consent.models import Departure
from comptoir.team.models import Member

from .models import Message, Thread


@finds_homes("threads")
def threads(member: Member, departures: list[Departure]) -> dict[int, Home]:
    messages = Message.objects.filter(departure__in=departures, thread__in=Thread.objects.visible_to(member))
    return {
        message.departure_id: Home(
            str(message.thread), reverse("conversations:thread", args=[message.thread_id])
        )
        for message in messages.select_related("thread__customer").prefetch_related(
            "thread__customer__handles"
        )
    }
