from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "comptoir.conversations"
    label = "conversations"

    def ready(self) -> None:
        from comptoir.ui.places import add_place, add_settings

        from . import departures, listeners, panels, work  # noqa: F401
        from .listing import to_take

        add_place("inbox", _("Inbox"), "inbox", "conversations:inbox", order=10, count=to_take)
        add_settings(
            "saved-replies",
            _("Saved replies"),
            "bolt",
            "conversations:saved-replies",
            _("The shop"),
            order=60,
            also=("conversations:saved-reply", "conversations:saved-reply-new"),
        )
        add_settings(
            "tags",
            _("Tags"),
            "tag",
            "conversations:tag-shelf",
            _("The shop"),
            order=65,
            also=("conversations:tag", "conversations:tag-removal-everywhere"),
        )
