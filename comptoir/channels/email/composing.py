"""Composing: what somebody wrote, turned into the bytes of an e-mail that every mail program shows well.

The header block is written here, line by line: the standard library's folding encodes long ids and may
lose the comma between two names (CVE-2025-1795). Bodies are quoted-printable, which no relay needs to touch.
Nothing is ever added to know whether a message was opened.
"""

import hashlib
import re
import secrets
from datetime import datetime
from email.header import Header
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import PurePath

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from comptoir.channels.envelope import Address, Outgoing, SendFailed, Upload
from comptoir.channels.models import Account
from comptoir.ground import clock

MOST_REFERENCES = 20
LONGEST_LINE = 900  # RFC 5322 allows 998; a relay may add a little of its own
LINE_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
ID = re.compile(r"[!-;=?-~]+")
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.IGNORECASE)


def compose(account: Account, outgoing: Outgoing) -> bytes:
    """The message as it leaves; the same outgoing always gives the same bytes. Raises SendFailed in words."""
    header = [f"{name}: {value}\r\n" for name, value in _header(account, outgoing) if value]
    body = (
        _body(outgoing).as_bytes(policy=SMTP).replace(b"\r\nFrom ", b"\r\n=46rom ")
    )  # mbox files would add ">"
    return "".join(header).encode("utf-8") + body


def new_id(account: Account) -> str:
    """A Message-ID that nobody can guess, at the shop's own domain."""
    return f"{secrets.token_hex(16)}@{domain_of(account.address) or 'localhost'}"


def sender_of(account: Account, outgoing: Outgoing) -> Address:
    return outgoing.sender or Address(account.address, account.sender_name or account.name)


def domain_of(address: str) -> str:
    """The domain as DNS and other servers know it (punycode where it has accents)."""
    domain = address.rpartition("@")[2].strip().lower()
    try:
        return domain.encode("ascii").decode() if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return domain


def wire_address(address: str) -> str:
    """The address as it travels: its domain in ASCII."""
    local, at, _domain = address.strip().rpartition("@")
    return f"{local}{at}{domain_of(address)}"


# --- header ---------------------------------------------------------------------------------------


def _header(account: Account, outgoing: Outgoing) -> list[tuple[str, str]]:
    lines = [
        ("Date", format_datetime(timezone.localtime(_moment(outgoing)))),
        ("From", _people([sender_of(account, outgoing)])),
        ("To", _people(outgoing.to) or ("" if outgoing.cc else "undisclosed-recipients:;")),
        ("Cc", _people(outgoing.cc)),
        ("Subject", _words(outgoing.subject, "Subject")),
        ("Message-ID", _ids([outgoing.external_id])),
        ("In-Reply-To", _ids([outgoing.in_reply_to])),
        ("References", _ids(_lineage(outgoing))),
    ]
    return lines + (_automatic(outgoing) if outgoing.automatic else [])


def _automatic(outgoing: Outgoing) -> list[tuple[str, str]]:
    """Tells other robots not to answer (RFC 3834; Exchange has its own word for it)."""
    kind = "auto-replied" if outgoing.in_reply_to else "auto-generated"
    return [("Auto-Submitted", kind), ("X-Auto-Response-Suppress", "All")]


def _moment(outgoing: Outgoing) -> datetime:
    moment = parse_datetime(outgoing.sent_at) if outgoing.sent_at else None
    if moment is None:
        return clock.now()
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _people(addresses: list[Address]) -> str:
    return ",\r\n ".join(_person(address) for address in addresses)


def _person(address: Address) -> str:
    value = wire_address(_one_line(address.value))
    if not re.fullmatch(r'[^\s<>,;:"()\[\]\\]+@[^\s<>,;:"()@\\]+', value) or len(value) > 320:
        raise SendFailed(
            _("“%(address)s” is not an e-mail address.") % {"address": address.value}, again=False
        )
    name = _phrase(_one_line(address.name))
    return f"{name} <{value}>" if name else value


def _phrase(name: str) -> str:
    """A person's name, quoted or encoded so that nothing in it reads as an address."""
    if not name or len(name) > LONGEST_LINE:
        return _encoded(name[:200])
    if ATOMS.fullmatch(name) and "=?" not in name:
        return name
    if name.isascii() and "=?" not in name:
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoded(name)


def _words(text: str, name: str) -> str:
    text = _one_line(text)
    plain = text.isascii() and "=?" not in text
    if plain and len(text) + len(name) < 76:
        return text
    if plain and all(len(word) < 76 for word in text.split(" ")):
        return Header(text, "us-ascii", maxlinelen=76, header_name=name).encode(linesep="\r\n")
    return _encoded(text, name)


def _encoded(text: str, name: str = "Subject") -> str:
    return Header(text, "utf-8", maxlinelen=74, header_name=name).encode(linesep="\r\n") if text else ""


def _lineage(outgoing: Outgoing) -> list[str]:
    """The ids above this message, the first and the latest kept when they are many (RFC 5322 §3.6.4)."""
    ids = list(dict.fromkeys([*outgoing.references, outgoing.in_reply_to]))
    return ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]]


def _ids(ids: list[str]) -> str:
    """Ids in angle brackets, one a line; one that cannot stand in a header is left out."""
    bare = [_one_line(one).strip().removeprefix("<").removesuffix(">") for one in ids if one]
    return "\r\n ".join(f"<{one}>" for one in bare if ID.fullmatch(one) and len(one) < LONGEST_LINE)


def _one_line(text: str) -> str:
    """Refuses what would end a header line and begin another (header injection)."""
    if LINE_BREAKS.search(text):
        raise SendFailed(
            _("A subject, a name or an address holds a line break; it cannot be sent."), again=False
        )
    return text.strip()


# --- body -----------------------------------------------------------------------------------------


def _body(outgoing: Outgoing) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    _write(message, outgoing.text, "plain")
    inline, attached = _sorted(outgoing)
    if outgoing.html:
        message.make_alternative()
        page = MIMEPart(policy=SMTP)
        _write(page, _page(outgoing.html), "html")
        for upload in inline:
            _add(page.add_related, upload, disposition="inline", cid=f"<{upload.content_id}>")
        message.attach(page)
    for upload in attached:
        _add(message.add_attachment, upload)
    _name_boundaries(message, outgoing)
    return message


def _write(message: MIMEPart, text: str, subtype: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    message.set_content(text.rstrip("\n") + "\n", subtype=subtype, charset="utf-8", cte="quoted-printable")


def _page(html: str) -> str:
    """A whole page: Outlook guesses wrong when the character set is not told inside as well."""
    if re.match(r"\s*<(!doctype|html)", html, re.IGNORECASE):
        return html
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n<body>\n{html}\n</body></html>'


def _sorted(outgoing: Outgoing) -> tuple[list[Upload], list[Upload]]:
    """The pictures shown in the text, and the files that come along."""
    inline, attached = [], []
    for upload in outgoing.uploads:
        shown = (
            upload.content_id
            and ID.fullmatch(upload.content_id)
            and f"cid:{upload.content_id}" in outgoing.html
        )
        (inline if shown else attached).append(upload)
    return inline, attached


def _add(add, upload: Upload, **how) -> None:
    try:
        with default_storage.open(upload.path) as file:
            data = file.read()
    except OSError as error:
        reason = _("The attached file “%(name)s” is no longer there.") % {"name": upload.name}
        raise SendFailed(reason, again=False) from error
    maintype, subtype = _content_type(upload)
    add(data, maintype=maintype, subtype=subtype, filename=_file_name(upload), **how)


def _content_type(upload: Upload) -> tuple[str, str]:
    """What the file says it is; parts that mail treats in its own way travel as plain files."""
    known = CONTENT_TYPE.fullmatch(upload.content_type or "")
    maintype, _slash, subtype = upload.content_type.lower().partition("/") if known else ("", "", "")
    return (
        (maintype, subtype)
        if known and maintype not in ("multipart", "message")
        else ("application", "octet-stream")
    )


def _file_name(upload: Upload) -> str:
    name = PurePath(LINE_BREAKS.sub(" ", upload.name).replace("\\", "/")).name.strip()
    return name[-150:] or "file"


def _name_boundaries(message: EmailMessage, outgoing: Outgoing) -> None:
    """Boundaries drawn from the message's id, so that a retry sends the same bytes; encoded bodies hold no “=_”."""
    seed = hashlib.sha256(outgoing.external_id.encode()).hexdigest()[:32]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{seed}_{number}")
