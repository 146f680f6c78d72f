"""Letters: the raw mails that customers' programs would have sent, byte for byte."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import Charset
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from comptoir.channels.envelope import Address

from . import bounced, things

# Accents travel as they are, so that the raw source can be read by people.
READABLE = Charset("utf-8")
READABLE.body_encoding = None
PLAIN = 'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n'

PROGRAMS = ("Apple Mail (2.3774)", "Mozilla Thunderbird", "Microsoft Outlook 16.0", "iPhone Mail (21F90)", "")
ROBOTS = {
    "newsletter": {
        "List-Unsubscribe": "<https://lettre.example/stop>",
        "List-Id": "<lettre.example>",
        "Precedence": "bulk",
    },
    "automatic": {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    "bounce": {"Auto-Submitted": "auto-replied"},
}


@dataclass
class Letter:
    """One mail to the shop; `answers` are the ids above it, the nearest last."""

    sender: Address
    to: Address
    subject: str
    text: str
    at: datetime
    id: str
    answers: list[str] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    html: str = ""
    files: list[str] = field(default_factory=list)
    nature: str = "person"
    reason: str = ""
    returns: str = ""

    def raw(self) -> bytes:
        head = "".join(f"{name}: {value}\n" for name, value in self._head().items())
        body = self._body() if self.html or self.files or self.nature == "bounce" else None
        below = body.as_bytes() if body else f"{PLAIN}\n{self.text}\n".encode()
        return head.encode("ascii") + below

    def _head(self) -> dict[str, str]:
        head = {
            "From": _someone(self.sender),
            "To": _someone(self.to),
            "Cc": ", ".join(map(_someone, self.cc)),
            "Subject": _words(self.subject),
            "Date": format_datetime(self.at),
            "Message-ID": f"<{self.id}>",
            "In-Reply-To": f"<{self.answers[-1]}>" if self.answers else "",
            "References": " ".join(f"<{one}>" for one in self.answers),
            "X-Mailer": PROGRAMS[len(self.sender.value) % len(PROGRAMS)] if self.nature == "person" else "",
        }
        return {name: value for name, value in (head | ROBOTS.get(self.nature, {})).items() if value}

    def _body(self) -> MIMEBase:
        if self.nature == "bounce":
            return bounced.report(
                self.text, recipient=self.returns, reason=self.reason, answers=self.answers[-1]
            )
        text = _written(self.text, "plain")
        shown = [name for name in self.files if f"cid:{name}@" in self.html]
        body = self._with_page(text, shown) if self.html else text
        attached = [name for name in self.files if name not in shown]
        return _together("mixed", self.id, [body, *map(_attachment, attached)]) if attached else body

    def _with_page(self, text: MIMEText, shown: list[str]) -> MIMEBase:
        page = _written(f"<html><body>{self.html}</body></html>", "html")
        both = _together("alternative", self.id, [text, page])
        return _together("related", self.id, [both, *map(_picture, shown)]) if shown else both


def message_id(key: str, number: int, domain: str) -> str:
    """The id of one message of one story: the same in every demo, so that later letters can answer it."""
    return f"{hashlib.sha256(f'{key}/{number}'.encode()).hexdigest()[:32]}@{domain}"


def quoting(text: str, above: str, author: str, at: datetime) -> str:
    """An answer above the message it answers, as mail programs write it in French."""
    quoted = "\n".join(f"> {line}".rstrip() for line in above.splitlines())
    return f"{text}\n\nLe {at:%d/%m/%Y} à {at:%H:%M}, {author} a écrit :\n{quoted}"


def _written(text: str, kind: str) -> MIMEText:
    return MIMEText(f"{text}\n", kind, READABLE)


def _together(kind: str, seed: str, parts: list[MIMEBase]) -> MIMEMultipart:
    boundary = hashlib.sha256(f"{kind}/{seed}".encode()).hexdigest()[:24]
    return MIMEMultipart(kind, f"=_{boundary}", parts)


def _attachment(name: str) -> MIMEBase:
    thing = things.draw(name)
    kind = thing.content_type.partition("/")[2]
    part = MIMEImage(thing.data, kind) if thing.is_picture else MIMEApplication(thing.data, kind)
    part.add_header("Content-Disposition", "attachment", filename=thing.name)
    return part


def _picture(name: str) -> MIMEBase:
    thing = things.draw(name)
    part = MIMEImage(thing.data, "png")
    part.add_header("Content-ID", f"<{name}@mail.example>")
    part.add_header("Content-Disposition", "inline", filename=thing.name)
    return part


def _someone(address: Address) -> str:
    return f"{_words(address.name, quoted=True)} <{address.value}>" if address.name else address.value


def _words(text: str, *, quoted: bool = False) -> str:
    """Words with accents travel in pieces of a line each (RFC 2047)."""
    if text.isascii():
        return f'"{text}"' if quoted else text
    pieces = (text[start : start + 14].encode() for start in range(0, len(text), 14))
    return "\n ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in pieces)
