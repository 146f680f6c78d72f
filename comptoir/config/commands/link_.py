"""`comptoir link`: lets in an owner who is locked out; whoever may run it holds the shop's files anyway."""

import argparse

from .. import opening
from ..cli import Refused
from ..words import say


def run(chosen: argparse.Namespace) -> int:
    from comptoir.team.models import Business, Member, SignInLink

    opening.migrate()
    members = Member.objects.active()
    member = (
        members.filter(email=chosen.address.lower()).first()
        if chosen.address
        else Member.objects.owners().first()
    )
    if member is None and chosen.address:
        raise Refused(say("No member has the address %(address)s.", address=chosen.address))
    if member is None:
        raise Refused(
            say("The shop has no owner yet: “comptoir up” prints the link that creates the account.")
        )
    base = Business.objects.current().address or opening.address("127.0.0.1", opening.FIRST_PORT, None)
    link = f"{base.rstrip('/')}{SignInLink.objects.issue(member).path}"
    print(say("This link lets %(name)s in, once, for 15 minutes: %(link)s", name=member, link=link))
    return 0
