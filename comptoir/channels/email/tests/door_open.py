"""A door opened for a test, and somebody who knocks."""

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from comptoir.channels.email.door import Doorstep, receive

from .postfix import free_port

MAIL = b"From: Nour <nour@example.org>\r\nTo: liege@cycles.example\r\nSubject: V\xc3\xa9lo\r\n\r\nBonjour\r\n"


@contextmanager
def open_door(protocol: str = "lmtp", *, path: str = "", port: int = 0) -> Iterator[Doorstep]:
    """A door on a free port (or at `path`); gives what to knock at."""
    step = Doorstep(protocol, path=path) if path else Doorstep(protocol, "127.0.0.1", port or free_port())
    stop = threading.Event()
    thread = threading.Thread(target=receive, args=([step], stop))
    thread.start()
    try:
        _wait_for(step)
        yield step
    finally:
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


def _wait_for(step: Doorstep) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            knock(step).close()
            return
        except OSError:
            time.sleep(0.02)


def knock(step: Doorstep) -> socket.socket:
    if not step.path:
        return socket.create_connection((step.host, step.port), timeout=5)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(5)
    line.connect(step.path)
    return line


def postman(step: Doorstep) -> smtplib.LMTP:
    return smtplib.LMTP(step.path) if step.path else smtplib.LMTP(step.host, step.port)


def hand_over(step: Doorstep, raw: bytes = MAIL, *people: str, sender: str = "nour@example.org") -> list:
    """As Postfix does: the answer to the final dot, for each recipient."""
    with postman(step) as post:
        post.ehlo_or_helo_if_needed()
        post.mail(sender)
        answers = [post.rcpt(one)[0] for one in people or ("liege@cycles.example",)]
        if not any(code == 250 for code in answers):
            return answers
        post.docmd("DATA")
        post.send(raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        return [post.getreply() for code in answers if code == 250]
