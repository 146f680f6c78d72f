from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmailConfig(AppConfig):
    name = "comptoir.channels.email"
    label = "email"

    def ready(self) -> None:
        from comptoir.team.first_steps import add_first_step
        from comptoir.ui.places import add_settings

        from . import alignment, channel, checkups, door, opening, reconciling  # noqa: F401

        add_settings(
            "mailboxes",
            _("Mailboxes"),
            "mail",
            "email:mailboxes",
            _("The channels"),
            order=40,
            allowed=lambda member: member.runs_the_shop,
            also=PAGES,
        )
        add_first_step(
            "mailbox",
            _("Connect a mailbox"),
            _("What customers write comes here, and your answers leave from your own address."),
            "mail",
            "email:new",
        )


PAGES = (
    "email:mailbox",
    "email:new",
    "email:connect",
    "email:edit",
    "email:direct",
    "email:disconnect",
    "email:sign-in",
)
