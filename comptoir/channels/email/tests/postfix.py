"""A real mail server for tests: Postfix in a temporary folder, on loopback, delivering to our door by LMTP.

Postfix starts as root only. Elsewhere aiosmtpd plays its part: it takes mail, hands it to the door at once and
writes the bounce by hand, so that the same test runs everywhere.
"""

import asyncio
import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from aiosmtpd.controller import Controller

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = {programs}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.cycles.example
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = cycles.example
virtual_transport = lmtp:inet:127.0.0.1:{door}
maillog_file = {home}/log
maillog_file_prefixes = {home}
alias_maps =
alias_database =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
default_destination_rate_delay = 0
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
BOUNCE = """From: MAILER-DAEMON@mta.cycles.example
To: {sender}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b

Sorry.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mta.cycles.example

Final-Recipient: rfc822; {person}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {reason}

--=_b
Content-Type: message/rfc822

"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server(door: int) -> "Postfix | Stand":
    """What carries mail between the shop and itself; `port` takes it, `door` gets it."""
    return Postfix(door) if os.geteuid() == 0 and shutil.which("postfix") else Stand(door)


class Postfix:
    def __init__(self, door: int):
        self.port = free_port()
        self.home = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
        names = {"home": self.home, "door": door, "port": self.port}
        names |= {"programs": Path(shutil.which("postfix")).parent, "daemons": self._daemons()}
        for folder in ("queue", "data", "conf"):
            (self.home / folder).mkdir()
        self.home.chmod(0o755)
        shutil.chown(self.home / "data", "postfix")
        (self.home / "conf" / "main.cf").write_text(MAIN.format(**names))
        (self.home / "conf" / "master.cf").write_text(MASTER.format(**names))

    def __enter__(self) -> "Postfix":
        self._run("start")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self.home / "log").read_text())

    def __exit__(self, *_) -> None:
        self._run("abort")
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, verb: str) -> None:
        subprocess.run(["postfix", "-c", self.home / "conf", verb], check=True, capture_output=True)

    def _daemons(self) -> str:
        command = ["postconf", "-d", "-h", "daemon_directory"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class Stand:
    """Plays Postfix where it cannot be started."""

    def __init__(self, door: int):
        self.door, self.port = door, free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "Stand":
        self._controller.start()
        return self

    def __exit__(self, *_) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server, _session, envelope) -> str:
        await asyncio.to_thread(self._carry, envelope.mail_from, envelope.rcpt_tos, envelope.content)
        return "250 2.0.0 queued"

    def _carry(self, sender: str, people: list[str], raw: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", self.door) as line:
            for person in people:
                try:
                    line.sendmail(sender, [person], raw)
                except smtplib.SMTPRecipientsRefused as refused:
                    line.sendmail("<>", [sender], self._bounce(sender, raw, refused.recipients))

    def _bounce(self, sender: str, raw: bytes, refused: dict) -> bytes:
        [(person, (code, words))] = refused.items()
        reason = f"{code} {words.decode()}".replace("\n", " ")
        return BOUNCE.format(sender=sender, person=person, reason=reason).encode() + raw + b"\n--=_b--\n"
