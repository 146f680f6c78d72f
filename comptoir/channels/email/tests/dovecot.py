"""A real mail server for tests: Debian's Dovecot in a temporary folder, on loopback, as whoever runs the tests."""

import imaplib
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from imap_tools.imap_utf7 import utf7_encode

PASSWORD = "un-mot-de-passe-de-boîte"
LETTER = """From: Nour <nour@example.org>
To: liege@cycles.example
Subject: {subject}
Date: Thu, 19 Nov 2026 10:00:00 +0100
Message-ID: <{subject}@example.org>
Content-Type: text/plain; charset=utf-8

{text}
"""

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
ssl_dh =
disable_plaintext_auth = {tls_only}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
mailbox_list_index = no
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
protocol imap {{
  imap_capability = {capability}
  mail_max_userip_connections = 50
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
  mailbox "{sent}" {{
    {mark}
    auto = create
  }}
}}
"""


class Dovecot:
    """One running server. `letter` delivers as another program would; `raw_client` looks as a phone would."""

    user, password = "liege", PASSWORD

    def __init__(self, *, capability: str = "", sent: str = "Sent", mark: str = r"special_use = \Sent"):
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port, self.tls_port = free_port(), free_port()
        self.capability, self.sent, self.mark = capability, sent, mark
        self._log = self.home / "dovecot.log"
        self._process: subprocess.Popen | None = None

    def start(self) -> "Dovecot":
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if not program:
            raise RuntimeError(
                "These tests read a real mailbox: install Debian's package dovecot-imapd first."
            )
        user, group = _unprivileged()
        self._certificate()
        names = {
            "home": self.home,
            "user": user,
            "group": group,
            "port": self.port,
            "tls_port": self.tls_port,
        }
        names |= {
            "ssl": "yes",
            "tls_only": "no",
            "capability": self.capability,
            "sent": self.sent,
            "mark": self.mark,
            "password": PASSWORD,
        }
        (self.home / "dovecot.conf").write_text(CONFIG.format(**names))
        _give(self.home, user)
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self.home / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._wait()
        return self

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)
        if self._process and self._process.stderr:
            self._process.stderr.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def _certificate(self) -> None:
        """Vouched for by nobody, as on many small servers."""
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
                *(
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=localhost",
                    "-addext",
                    "subjectAltName=DNS:localhost",
                ),
                *("-keyout", str(self.home / "key.pem"), "-out", str(self.home / "cert.pem")),
            ],
            check=True,
            capture_output=True,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"Dovecot did not start: {self._process.stderr.read().decode()}")
            try:
                with self.raw_client():
                    return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)
        raise RuntimeError(f"Dovecot does not answer: {self._log.read_text() if self._log.exists() else ''}")

    # --- what others do to the mailbox ------------------------------------------------------------
    @contextmanager
    def raw_client(self, folder: str = "INBOX"):
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            client.authenticate("PLAIN", lambda _: f"\0{self.user}\0{PASSWORD}".encode())
            client.select(wire_name(folder))
            yield client
        finally:
            client.logout()

    def letter(
        self, subject: str, text: str = "Bonjour", *, folder="INBOX", seen=False, at: datetime | None = None
    ):
        """One more message in a folder."""
        raw = LETTER.format(subject=subject, text=text).replace("\n", "\r\n").encode()
        return self.deliver(raw, folder=folder, seen=seen, at=at)

    def deliver(self, raw: bytes, *, folder="INBOX", seen=False, at: datetime | None = None) -> bytes:
        with self.raw_client() as client:
            moment = imaplib.Time2Internaldate(at or datetime.now(UTC))
            answer, said = client.append(wire_name(folder), r"(\Seen)" if seen else None, moment, raw)
            assert answer == "OK", said
        return raw

    def make_folder(self, name: str) -> None:
        with self.raw_client() as client:
            client.create(wire_name(name))

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        with self.raw_client(folder) as client:
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if line]

    def expunge(self, uid: int, folder: str = "INBOX") -> None:
        with self.raw_client(folder) as client:
            client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
            client.expunge()

    def renumber(self, folder: str = "INBOX") -> None:
        """Another UIDVALIDITY and other UIDs for the same messages, as after a server's restoration."""
        box = self.home / "mail" / self.user / ("" if folder == "INBOX" else f".{folder}")
        for file in [*box.glob("dovecot.index*"), *box.glob("dovecot-uidlist*")]:
            file.unlink(missing_ok=True)
        with self.raw_client() as client:
            client.create("Elsewhere")
            client.delete("Elsewhere")

    def put_back(self) -> None:
        """Restores the inbox as it was one message ago: the last UID will be given a second time."""
        box = self.home / "mail" / self.user
        with self.raw_client() as client:
            newest = client.uid("SEARCH", "ALL")[1][0].split()[-1]
        self.expunge(int(newest))
        uids = box / "dovecot-uidlist"
        head, *lines = uids.read_text().splitlines()
        head = re.sub(r"N\d+", f"N{newest.decode()}", head)
        uids.write_text(
            "\n".join([head, *(line for line in lines if not line.startswith(newest.decode()))]) + "\n"
        )
        for file in box.glob("dovecot.index*"):
            file.unlink()


def wire_name(folder: str) -> str:
    return f'"{utf7_encode(folder).decode()}"'


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _unprivileged() -> tuple[str, str]:
    """Dovecot refuses to serve mail as root; run by root it serves as nobody."""
    import grp

    me = pwd.getpwuid(os.getuid())
    if me.pw_uid == 0:
        me = pwd.getpwnam("nobody")
    return me.pw_name, grp.getgrgid(me.pw_gid).gr_name


def _give(home: Path, user: str) -> None:
    if os.getuid() == 0:
        home.chmod(0o755)
        (home / "mail").mkdir(exist_ok=True)
        shutil.chown(home / "mail", user)
    else:
        (home / "mail").mkdir(exist_ok=True)


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
