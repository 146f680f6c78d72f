"""The forms of a mailbox: its address, its servers, what it says of the shop."""

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.channels.models import Account
from comptoir.ground.secrets import SecretUnreadable, seal, unseal

from . import providers
from .connecting import is_connected
from .discovery import Findings
from .line import Server
from .models import Auth, History, Mailbox, OAuthClient, Security
from .trial import Door

PORT = {"min_value": 1, "max_value": 65535}


class Password(forms.PasswordInput):
    """Never suggested by the browser from another site, never written back into the page."""

    def __init__(self):
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})


def free_address(address: str) -> str:
    """An address that can be connected: a real one, that is not read already."""
    address = address.strip().lower()
    validate_email(address)
    if is_connected(address):
        raise forms.ValidationError(_("“%(address)s” is connected already.") % {"address": address})
    return address


class AddressForm(forms.Form):
    """Step one: which address, and whose it is when its end does not tell."""

    address = forms.CharField(
        label=gettext_lazy("E-mail address of the shop"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "bonjour@maboutique.example"}),
    )
    provider = forms.ChoiceField(
        label=gettext_lazy("Where it is hosted"),
        required=False,
        help_text=gettext_lazy("Only if you know: otherwise it is looked for."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = sorted(
            ((one.key, one.name) for one in providers.everyone().values()), key=lambda pair: pair[1].lower()
        )
        self.fields["provider"].choices = [("", _("Look for it")), *named]

    def clean_address(self) -> str:
        return free_address(self.cleaned_data["address"])


class DirectForm(forms.Form):
    """An address whose mail our own server hands over (LMTP or SMTP)."""

    address = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254, widget=forms.EmailInput())
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)

    def clean_address(self) -> str:
        address = free_address(self.cleaned_data["address"])
        if Account.objects.open().filter(kind="email", address__iexact=address).exists():
            raise forms.ValidationError(_("“%(address)s” is here already.") % {"address": address})
        return address


class SpeakingForm(forms.ModelForm):
    """What the shop says of itself in this mailbox."""

    class Meta:
        model = Account
        fields = ["name", "store", "sender_name", "signature"]
        help_texts = {
            "name": gettext_lazy("How this mailbox is called here."),
            "sender_name": gettext_lazy("What customers read beside the address."),
            "signature": gettext_lazy("Set below each answer."),
        }
        widgets = {"signature": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["store"].empty_label = _("All stores")


class ServersForm(forms.ModelForm):
    """Where a mailbox is and what opens it. A password left empty stays what it was.

    Between two tries the password travels sealed in the page, so that it need not be typed again.
    """

    password = forms.CharField(
        label=gettext_lazy("Password"), required=False, max_length=1000, strip=False, widget=Password()
    )
    smtp_password = forms.CharField(
        label=gettext_lazy("Password for sending"),
        required=False,
        max_length=1000,
        strip=False,
        widget=Password(),
        help_text=gettext_lazy("Only if it differs."),
    )
    sealed = forms.CharField(required=False, widget=forms.HiddenInput())
    accept_imap = forms.CharField(required=False, widget=forms.HiddenInput())
    accept_smtp = forms.CharField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = Mailbox
        fields = [
            "login",
            "host",
            "port",
            "security",
            "smtp_host",
            "smtp_port",
            "smtp_security",
            "smtp_login",
        ]
        labels = {"smtp_login": gettext_lazy("Login for sending")}
        help_texts = {"smtp_login": gettext_lazy("Only if it differs.")}

    def __init__(self, data=None, *args, member, **kwargs):
        super().__init__(_with_trust(data), *args, **kwargs)
        self.member = member
        self.fields["password"].required = self.needs_password and not self.data.get("sealed")
        for name in ("port", "smtp_port"):
            self.fields[name] = forms.IntegerField(label=self.fields[name].label, **PORT)

    def clean_host(self) -> str:
        return self._clean_host("host")

    def clean_smtp_host(self) -> str:
        return self._clean_host("smtp_host")

    def _clean_host(self, name: str) -> str:
        host = self.cleaned_data[name].strip().strip("[]").rstrip(".").lower()
        if not host or any(mark in host for mark in " /@{}") or (not host.isascii() and not _idna(host)):
            raise forms.ValidationError(_("Write the server’s name alone, such as imap.example.org."))
        return host if host.isascii() else _idna(host)

    def clean(self) -> dict:
        cleaned = super().clean()
        kept = self._unsealed()
        if not self.member.is_owner:
            cleaned["accept_imap"] = self.instance.fingerprint
            cleaned["accept_smtp"] = self.instance.smtp_fingerprint
        for name in ("password", "smtp_password"):
            cleaned[name] = cleaned.get(name) or kept.get(name, "")
        if not cleaned["password"] and self.needs_password and "password" not in self.errors:
            self.add_error("password", _("The password is missing."))
        return cleaned

    @property
    def needs_password(self) -> bool:
        return self.instance.auth == Auth.PASSWORD and not (self.instance.pk and self.instance.password)

    def _unsealed(self) -> dict:
        sealed = self.cleaned_data.get("sealed", "")
        try:
            return unseal(sealed) if sealed else {}
        except SecretUnreadable:
            return {}

    @property
    def may_be_local(self) -> bool:
        """A server of this machine or its network is the owner's to choose; others may keep what was chosen."""
        moved = {"host", "port", "smtp_host", "smtp_port"} & set(self.changed_data)
        return self.member.is_owner or (self.instance.is_local and not moved)

    # --- what comes of it ---------------------------------------------------------------------------
    def reseal(self) -> None:
        """Puts what was typed into the page again, sealed."""
        secrets = {name: self.cleaned_data.get(name, "") for name in ("password", "smtp_password")}
        self.data = self.data.copy()
        self.data["sealed"] = seal(secrets) if any(secrets.values()) else ""
        self.data["password"] = self.data["smtp_password"] = ""

    @property
    def secrets(self) -> dict:
        """What is to be kept: what was typed, over what was known."""
        known = self.instance.account.secrets if self.instance.pk else {}
        typed = {name: self.cleaned_data[name] for name in ("password", "smtp_password")}
        return known | {name: value for name, value in typed.items() if value}

    def doors(self, token: str = "") -> tuple[Door, Door]:
        """Reading and sending, as the trial wants them."""
        told, secrets = self.cleaned_data, self.secrets
        password = secrets.get("password", "")
        local = self.may_be_local
        reading = Server(told["host"], told["port"], told["security"], local, told["accept_imap"])
        sending = Server(
            told["smtp_host"], told["smtp_port"], told["smtp_security"], local, told["accept_smtp"]
        )
        return (
            Door(reading, told["login"], password, token),
            Door(
                sending, told["smtp_login"] or told["login"], secrets.get("smtp_password") or password, token
            ),
        )

    def apply(self) -> Mailbox:
        """The mailbox as told, not saved yet."""
        mailbox = self.instance
        mailbox.is_local = self.may_be_local
        mailbox.fingerprint = self.cleaned_data["accept_imap"]
        mailbox.smtp_fingerprint = self.cleaned_data["accept_smtp"]
        return mailbox


class HistoryForm(forms.Form):
    """How much of the past to fetch; asked once, when connecting."""

    history = forms.ChoiceField(
        label=gettext_lazy("Older mail to fetch"),
        choices=History.choices,
        initial=History.MONTH,
        widget=forms.RadioSelect(),
        help_text=gettext_lazy(
            "It is put on the shelves in the background; nobody is answered or notified because of it."
        ),
    )


class FoldersForm(forms.Form):
    """Which folders are followed; the inbox always is."""

    folders = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label=gettext_lazy("Folders followed"),
        widget=forms.CheckboxSelectMultiple(),
    )

    def __init__(self, mailbox: Mailbox, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mailbox = mailbox
        choices = mailbox.folders.exclude(role="inbox")
        self.fields["folders"].queryset = choices
        self.fields["folders"].initial = [folder.pk for folder in choices if folder.is_followed]

    def save(self) -> None:
        wanted = [folder.pk for folder in self.cleaned_data["folders"]]
        others = self.mailbox.folders.exclude(role="inbox")
        others.filter(pk__in=wanted).update(is_followed=True)
        others.exclude(pk__in=wanted).update(is_followed=False)
        self.mailbox.settings_changed()


class OAuthClientForm(forms.ModelForm):
    """The shop's own registration with Google or Microsoft."""

    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"), max_length=500, required=False, widget=Password()
    )

    class Meta:
        model = OAuthClient
        fields = ["client_id"]

    def save(self, commit: bool = True) -> OAuthClient:
        if self.cleaned_data["client_secret"]:
            self.instance.secrets = {"client_secret": self.cleaned_data["client_secret"]}
        return super().save(commit)


def first_guess(findings: Findings) -> dict:
    """What was found, as a servers form shows it; the usual ports where nothing was."""
    domain = findings.address.rpartition("@")[2]
    told = {"login": findings.login, "smtp_login": "", "host": "", "port": 993, "security": Security.TLS}
    told |= {"smtp_host": "", "smtp_port": 465, "smtp_security": Security.TLS}
    if findings.smtp_login != findings.login:
        told["smtp_login"] = findings.smtp_login
    for prefix, place in (("", findings.imap), ("smtp_", findings.smtp)):
        if place:
            told |= {
                f"{prefix}host": place.host,
                f"{prefix}port": place.port,
                f"{prefix}security": place.security,
            }
    return told | {"name": domain}


def _with_trust(data):
    """The buttons that accept a certificate stand before the form and say `trust_…`."""
    if data is None or not any(f"trust_{which}" in data for which in ("imap", "smtp")):
        return data
    data = data.copy()
    for which in ("imap", "smtp"):
        data[f"accept_{which}"] = data.get(f"trust_{which}") or data.get(f"accept_{which}", "")
    return data


def _idna(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""
