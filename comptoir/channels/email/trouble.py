"""What goes wrong with a mail server, as sentences a shopkeeper can act upon."""

from enum import StrEnum

from django.utils.translation import gettext as _


class Kind(StrEnum):
    """What failed; the words and what to do follow from it."""

    NO_SUCH_HOST = "no_such_host"
    FORBIDDEN_HOST = "forbidden_host"
    IN_CLEAR = "in_clear"
    CLOSED = "closed"
    SILENT = "silent"
    NOT_TLS = "not_tls"
    CERTIFICATE = "certificate"
    OTHER_CERTIFICATE = "other_certificate"
    NOT_MAIL = "not_mail"
    REFUSED = "refused"
    APP_PASSWORD = "app_password"
    NO_PASSWORDS = "no_passwords"
    DISABLED = "disabled"
    TOKEN = "token"
    BUSY = "busy"
    CUT = "cut"
    NO_FOLDER = "no_folder"


# What a person must change; trying again every minute would only lock the account.
NEEDS_A_PERSON = {
    Kind.FORBIDDEN_HOST,
    Kind.IN_CLEAR,
    Kind.CERTIFICATE,
    Kind.OTHER_CERTIFICATE,
    Kind.REFUSED,
    Kind.APP_PASSWORD,
    Kind.NO_PASSWORDS,
    Kind.DISABLED,
    Kind.TOKEN,
}


class MailTrouble(Exception):
    """Something the other side did or did not do. `sentence` is for staff; `said` is what the server answered."""

    def __init__(self, kind: Kind, server=None, *, said: str = "", fingerprint: str = ""):
        super().__init__(f"{kind} {server or ''}".strip())
        self.kind, self.server, self.said, self.fingerprint = kind, server, said, fingerprint

    @property
    def sentence(self) -> str:
        return WORDS[self.kind]() % self._facts

    @property
    def needs_a_person(self) -> bool:
        return self.kind in NEEDS_A_PERSON

    @property
    def _facts(self) -> dict:
        return {
            "host": getattr(self.server, "host", ""),
            "port": getattr(self.server, "port", ""),
            "said": self.said,
        }


WORDS = {
    Kind.NO_SUCH_HOST: lambda: _("No server is called “%(host)s”. Check its name for a typing mistake."),
    Kind.FORBIDDEN_HOST: lambda: _(
        "“%(host)s” stands on a private network. Only the owner may connect a server of this machine or its network."
    ),
    Kind.IN_CLEAR: lambda: _(
        "“%(host)s” is not on this machine: without encryption others could read the password. Choose an encrypted line."
    ),
    Kind.CLOSED: lambda: _(
        "The server “%(host)s” is there but nothing answers on port %(port)s. Check the port and the kind of security."
    ),
    Kind.SILENT: lambda: _(
        "The server “%(host)s” did not answer in time on port %(port)s. The port may be wrong, or a firewall in the way."
    ),
    Kind.NOT_TLS: lambda: _(
        "The server “%(host)s” does not speak this kind of encryption on port %(port)s. "
        "Choose the other kind of security, or the port that goes with it."
    ),
    Kind.CERTIFICATE: lambda: _(
        "The certificate of “%(host)s” cannot be trusted: %(said)s "
        "The password was not sent. Use the server’s name exactly as your provider writes it."
    ),
    Kind.OTHER_CERTIFICATE: lambda: _(
        "The certificate of “%(host)s” is no longer the one you accepted. "
        "The password was not sent. If you changed it yourself, test the mailbox again and accept the new one."
    ),
    Kind.NOT_MAIL: lambda: _(
        "What answers at “%(host)s” on port %(port)s is not a mail server of this kind. Check the name and the port."
    ),
    Kind.REFUSED: lambda: _("The server “%(host)s” refuses the login or the password."),
    Kind.APP_PASSWORD: lambda: _(
        "The server “%(host)s” refuses the usual password: it wants an application password, "
        "made in the security settings of your account."
    ),
    Kind.NO_PASSWORDS: lambda: _(
        "The server “%(host)s” no longer accepts passwords: connect this mailbox with the provider’s own sign-in."
    ),
    Kind.DISABLED: lambda: _(
        "Reading by IMAP is switched off for this mailbox: switch it on in your provider’s settings."
    ),
    Kind.TOKEN: lambda: _(
        "The provider took back the permission to read this mailbox: connect it again with its own sign-in."
    ),
    Kind.BUSY: lambda: _(
        "The server “%(host)s” is too busy, or too many programs read this mailbox at once. We keep trying."
    ),
    Kind.CUT: lambda: _("The line with “%(host)s” was cut. We dial again."),
    Kind.NO_FOLDER: lambda: _("The folder “%(said)s” is no longer on the server."),
}
