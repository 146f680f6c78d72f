"""The one door to what went wrong."""

from django.utils.translation import gettext_lazy as _

from comptoir.ui.places import add_place, add_settings

from .mending import is_wanted, to_mend

PAGES = ("consent:departures", "consent:departure", "channels:receipts", "channels:receipt")

add_place("mending", _("To mend"), "alert", "consent:mending", order=30, count=to_mend, allowed=is_wanted)
add_settings("mending", _("To mend"), "alert", "consent:mending", _("The shop"), order=70, also=PAGES)
