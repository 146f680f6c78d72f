"""The address book's door in the shell."""

from django.utils.translation import gettext_lazy as _

from comptoir.ui.places import add_place

add_place("customers", _("Customers"), "people", "customers:list", order=20)
