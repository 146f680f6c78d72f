"""Where a shop's mail leaves to: a real SMTP server on loopback that asks for a password and keeps what it is handed."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from comptoir.config.tests.shop import free_port


class PostOffice:
    """One running server; `letters` are what arrived, each with its `recipients`."""

    def __init__(self, login: str, password: str):
        self.key = LoginPassword(login.encode(), password.encode())
        self.letters: list[EmailMessage] = []
        self.port = free_port()
        asks = {"authenticator": self._recognise, "auth_require_tls": False}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **asks)

    def __enter__(self) -> "PostOffice":
        self._controller.start()
        return self

    def __exit__(self, *_) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server, session, envelope) -> str:
        if not session.authenticated:
            return "530 5.7.0 who are you?"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        letter.recipients = envelope.rcpt_tos
        self.letters.append(letter)
        return "250 2.0.0 it will arrive"

    def _recognise(self, _server, _session, _envelope, _mechanism, said: LoginPassword) -> AuthResult:
        return AuthResult(success=said == self.key, handled=False)
