"""What the address book tells beside a thread: what matters to the person."""

from comptoir.ui.panels import panel

from .models import Customer, Matter

LATEST = 200  # things noted lately, whose labels are suggested


@panel("matters", "customers/panels/matters.html", order=10)
def matters(member, customer, thread) -> dict:
    return about_matters(customer)


def about_matters(customer: Customer) -> dict:
    """What matters, with the shop's usual words for the kinds of it."""
    labels = sorted(set(Matter.objects.order_by("-pk").values_list("label", flat=True)[:LATEST]))
    return {"person": customer, "matters": list(customer.matters.all()), "labels": labels}
