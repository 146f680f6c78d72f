"""What the inbox tells beside a thread: this customer's other matters."""

from comptoir.ui.panels import panel

from .models import Thread

SHOWN = 6


@panel("history", "conversations/panels/history.html", order=40)
def history(member, customer, thread) -> dict | None:
    """The customer's other threads, newest first, among those this member may see."""
    others = Thread.objects.visible_to(member).filter(customer=customer).order_by("-last_at")
    if thread is not None:
        others = others.exclude(pk=thread.pk)
    found = list(others[: SHOWN + 1])
    return {"threads": found[:SHOWN], "more": len(found) > SHOWN} if found else None
