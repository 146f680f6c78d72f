from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamConfig(AppConfig):
    name = "comptoir.team"
    label = "team"

    def ready(self) -> None:
        from comptoir.ui.places import add_settings

        from . import housekeeping, listeners  # noqa: F401

        def runs_the_shop(member):
            return member.runs_the_shop

        def is_owner(member):
            return member.is_owner

        you, shop = _("You"), _("The shop")
        add_settings("account", _("My account"), "person", "team:account", you, order=10, also=SIGNING_IN)
        team = ("team:member", "team:invite")
        add_settings(
            "team", _("Team"), "people", "team:team", shop, order=20, allowed=runs_the_shop, also=team
        )
        store = ("team:store", "team:new-store", "team:hours", "team:add-day", "team:business")
        add_settings(
            "stores", _("Stores"), "shop", "team:stores", shop, order=30, allowed=runs_the_shop, also=store
        )
        add_settings("journal", _("Journal"), "list", "team:journal", shop, order=90, allowed=is_owner)


# The pages about how one signs in stand under "My account".
SIGNING_IN = (
    "team:address",
    "account_change_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
)
