"""Importing: the shop's old mail, from the files that other programs leave behind.

mbox, Maildir, EML and folders of them; the same mail in two files is one message, what was interrupted goes
on where it stopped, dates are the mail's own and nothing is set in motion.
"""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, pairwise
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from comptoir.channels.models import Account, Arrival, Origin, Receipt
from comptoir.ground import clock
from comptoir.ground.work import jobs
from comptoir.team.models import Store

from .machine import reason
from .reading import label

BATCH = 100  # messages kept in one commit
BATCH_BYTES = 8_000_000
REST = 0.005  # seconds between two commits, for others to write
LONGEST_LINE = 1_000_000
GLIMPSE = 4_096
HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
MAIL_HEADER = re.compile(
    rb"^(from|received|date|message-id|return-path|delivered-to):", re.IGNORECASE | re.MULTILINE
)
DATED = re.compile(rb"From .{0,300}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .{0,40}\d\d:\d\d.{0,60}$")
QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
ADDED_BY_STORES = re.compile(
    rb"^(?:Status|X-Status|X-Keywords|X-UID|Content-Length|Lines|X-Mozilla-[A-Za-z0-9]+|X-Gmail-Labels|X-GM-THRID):"
    rb".*\n(?:[ \t].*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
SENT = {"sent", "sent items", "sent messages", "sent mail", "sent-mail", "envoyés", "messages envoyés"}
SENT |= {"éléments envoyés", "courrier envoyé", "inbox.sent"}
UNFINISHED = frozenset("DT")  # Maildir's flags for drafts and for what was thrown away
PACKED = {b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"!BDN": "Outlook (.pst)"}


class CannotImport(Exception):
    """The mail cannot be brought in; one sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of old mail; `kind` is "mbox", "eml" or "emlx"."""

    path: Path
    kind: str
    flags: str = ""

    @property
    def is_sent_mail(self) -> bool:
        names = (self.path.stem, self.path.parent.name, self.path.parent.parent.name)
        return any(name.lower().lstrip(".") in SENT for name in names)


@dataclass(slots=True)
class Report:
    """What an import came to."""

    read: int = 0
    new: int = 0
    known: int = 0
    set_aside: int = 0
    left_out: int = 0
    years: Counter = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            ngettext("%(count)s message read.", "%(count)s messages read.", self.read) % {"count": self.read},
            _("New: %(new)s. Already there: %(known)s.") % {"new": self.new, "known": self.known},
        ]
        if self.left_out:
            words = ngettext(
                "%(count)s draft or thrown away: left out.",
                "%(count)s drafts or thrown away: left out.",
                self.left_out,
            )
            lines.append(words % {"count": self.left_out})
        if self.set_aside:
            words = ngettext(
                "%(count)s could not be read in full: it waits among what is to mend.",
                "%(count)s could not be read in full: they wait among what is to mend.",
                self.set_aside,
            )
            lines.append(words % {"count": self.set_aside})
        lines += [f"{year}: {count}" for year, count in sorted(self.years.items())]
        return "\n".join(lines + self.troubles)


def run(path: Path, *, address: str = "", store: str = "", show: bool = True) -> Report:
    """Brings in everything at `path`; raises CannotImport in words, and what was read by then is kept."""
    sources, left_out = find(path)
    account = account_for(path, address=address, store=store)
    report = Report(left_out=left_out)
    started = clock.now()
    size = sum(source.path.stat().st_size for source in sources)
    with tqdm(total=size, unit="B", unit_scale=True, disable=None if show else True, leave=False) as bar:
        try:
            for batch in _batches(_arrivals(sources, report, bar)):
                _keep(account, batch, report)
                file_due()
        except KeyboardInterrupt:
            told = {"report": report}
            raise CannotImport(
                _("Stopped. The same command goes on from there.\n%(report)s") % told
            ) from None
    report.set_aside = Receipt.objects.to_mend().filter(account=account, set_aside_at__gte=started).count()
    if report.troubles:
        raise CannotImport(str(report))
    return report


def file_due() -> None:
    """Files what is due, before more is kept: live mail never waits behind more than one batch of old mail."""
    job = jobs.get(Receipt._meta.label)
    while job.run():
        pass


def account_for(path: Path, *, address: str = "", store: str = "") -> Account:
    """The account the mail belongs to; made when the address is new."""
    mailboxes = Account.objects.filter(kind="email")
    if address:
        if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address):
            raise CannotImport(_("“%(address)s” is not an e-mail address.") % {"address": address})
        known = mailboxes.filter(address__iexact=address).order_by("closed_at", "pk").first()
        return known or _new_account(address, address, store)
    several = list(mailboxes.open()[:2])
    if len(several) == 1:
        return several[0]
    if not several:
        return _new_account(path.stem[:120] or _("Imported mail"), "", store)
    names = ", ".join(mailboxes.open().exclude(address="").values_list("address", flat=True))
    raise CannotImport(_("Say whose mail it is with --address: %(names)s.") % {"names": names})


def _new_account(name: str, address: str, store: str) -> Account:
    place = Store.objects.filter(name__iexact=store).first() if store else None
    if store and place is None:
        raise CannotImport(_("No store is called “%(store)s”.") % {"store": store})
    return Account.objects.create(kind="email", name=name, address=address, store=place)


# --- what there is --------------------------------------------------------------------------------


def find(path: Path) -> tuple[list[Source], int]:
    """Every file of mail at `path`, in a steady order, and how many drafts were left out."""
    told = {"path": path}
    try:
        if path.is_dir():
            sources, left_out = _in_folder(path)
        else:
            sources, left_out = [Source(path, kind) for kind in [_kind_of(path)] if kind], 0
            if not sources:
                raise CannotImport(_why_not(path))
    except FileNotFoundError as error:
        raise CannotImport(_("There is nothing at %(path)s.") % told) from error
    except OSError as error:
        raise CannotImport(
            _("%(path)s cannot be read: %(reason)s.") % told | {"reason": reason(error)}
        ) from error
    if not sources and not left_out:
        raise CannotImport(_("No mail was found in %(path)s.") % told)
    return sources, left_out


def _in_folder(folder: Path) -> tuple[list[Source], int]:
    sources, left_out = [], 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith(".") or path.parent.name == "tmp":
            continue
        in_maildir = path.parent.name in ("cur", "new") and (path.parent.parent / "cur").is_dir()
        flags = path.name.rpartition(":2,")[2] if in_maildir and ":2," in path.name else ""
        if UNFINISHED & set(flags):
            left_out += 1
        elif kind := "eml" if in_maildir else _kind_of(path):
            sources.append(Source(path, kind, flags))
    return sources, left_out


def _kind_of(path: Path) -> str:
    """What the file's first lines say it is; "" when they say nothing of mail."""
    with path.open("rb") as file:
        start = file.read(GLIMPSE).lstrip(b"\xef\xbb\xbf\r\n")
    if start.startswith(b"From "):
        return "mbox"
    if path.suffix.lower() == ".emlx" and start.split(b"\n", 1)[0].strip().isdigit():
        return "emlx"
    is_mail = HEADER.match(start) and MAIL_HEADER.search(start)
    return "eml" if is_mail or (start and path.suffix.lower() == ".eml") else ""


def _why_not(path: Path) -> str:
    told = {"path": path}
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        return _("%(path)s is empty.") % told
    for mark, name in PACKED.items():
        if start.startswith(mark):
            told["kind"] = name
            return _("%(path)s is a %(kind)s file: unpack it, or export it as mbox or EML, first.") % told
    return _("%(path)s is neither an mbox file, nor a Maildir, nor an e-mail.") % told


# --- what they hold ---------------------------------------------------------------------------------


def _arrivals(sources: Iterable[Source], report: Report, bar: tqdm) -> Iterator[Arrival]:
    """Every message, one after the other; a file that cannot be read is told, and the others go on."""
    for source in sources:
        try:
            for raw, stamp in _messages(source, bar):
                report.read += 1
                if len(raw) > settings.MAX_MESSAGE_BYTES:
                    report.troubles.append(_too_big(source, raw))
                else:
                    yield _arrival(source, raw, stamp)
        except OSError as error:
            told = {"path": source.path, "reason": reason(error)}
            report.troubles.append(_("%(path)s cannot be read: %(reason)s.") % told)


def _too_big(source: Source, raw: bytes) -> str:
    told = {"path": source.path, "most": settings.MAX_MESSAGE_BYTES // 1024 // 1024}
    return _("%(path)s holds a message larger than %(most)s MB: it was left out.") % told


def _arrival(source: Source, raw: bytes, stamp: datetime | None) -> Arrival:
    facts = {"file": source.path.name[:200]}
    if source.flags:
        facts["flags"] = source.flags
    if source.is_sent_mail:
        facts["outbound"] = True
    return Arrival(f"import:{fingerprint(raw)}", raw, facts, received_at(raw) or stamp)


def fingerprint(raw: bytes) -> str:
    """The same for one mail whatever file it was found in: line ends and stores' own marks do not count."""
    plain = raw.replace(b"\r\n", b"\n")
    end = plain.find(b"\n\n") + 1
    return hashlib.sha256(ADDED_BY_STORES.sub(b"", plain[:end]) + plain[end:].rstrip(b"\n")).hexdigest()


def received_at(raw: bytes) -> datetime | None:
    """The mail's own date, unless it is absurd."""
    fields, _end = label.block(raw, 0, min(len(raw), 64_000))
    dates = [value for name, value in fields if name == "date"]
    dates += [value.rpartition(b";")[2] for name, value in fields if name == "received"][:1]
    return next(filter(_is_past, map(label.moment, dates)), None)


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment.year > 1970 and moment < clock.now() + timedelta(days=2)


def _messages(source: Source, bar: tqdm) -> Iterator[tuple[bytes, datetime | None]]:
    """The raw messages of one file, each with the date that the file itself gives it."""
    if source.kind == "mbox":
        yield from _in_mbox(source, bar)
        return
    size = source.path.stat().st_size
    with source.path.open("rb") as file:
        count = int(file.readline()) if source.kind == "emlx" else -1
        raw = file.read(settings.MAX_MESSAGE_BYTES + 1 if count < 0 else count)
    bar.update(size)
    if raw.strip():
        yield raw, datetime.fromtimestamp(source.path.stat().st_mtime, UTC)


def _in_mbox(source: Source, bar: tqdm) -> Iterator[tuple[bytes, datetime | None]]:
    with source.path.open("rb") as file:
        read = 0
        for stamp, raw in split(iter(partial(file.readline, LONGEST_LINE), b"")):
            bar.update(file.tell() - read)
            read = file.tell()
            if raw.strip():
                yield raw, label.moment(stamp.partition(b" ")[2].partition(b" ")[2])
        bar.update(file.tell() - read)


def split(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each message of an mbox with its “From ” line. Lines that only look like one do not cut a message:
    a real one bears a date (unless the file's first does not) and a header follows it."""
    stamp, pieces, size = b"", [], 0
    is_dated, after_blank = None, True
    for line, following in pairwise(chain(lines, [b""])):
        if line.startswith(b"From ") and is_dated is None:
            is_dated = bool(DATED.match(line.rstrip()))
            stamp = line
        elif line.startswith(b"From ") and _begins(line, following, is_dated, after_blank):
            yield stamp, _whole(pieces)
            stamp, pieces, size = line, [], 0
        elif size <= settings.MAX_MESSAGE_BYTES and (pieces or line.strip()):
            pieces.append(line)
            size += len(line)
        after_blank = line in (b"\n", b"\r\n")
    if pieces:
        yield stamp, _whole(pieces)


def _begins(line: bytes, following: bytes, is_dated: bool, after_blank: bool) -> bool:
    if not (HEADER.match(following) or following.startswith(b">From ")):
        return False
    return bool(DATED.match(line.rstrip())) if is_dated else after_blank


def _whole(pieces: list[bytes]) -> bytes:
    """The message without the empty line that ends it in the file, and without the file's own quoting."""
    if pieces and pieces[-1] in (b"\n", b"\r\n"):
        pieces.pop()
    raw = b"".join(pieces)
    return QUOTED_FROM.sub(rb"\1", raw) if b">From " in raw else raw


# --- keeping ------------------------------------------------------------------------------------------


def _batches(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    batch, size = [], 0
    for arrival in arrivals:
        batch.append(arrival)
        size += len(arrival.raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _keep(account: Account, batch: list[Arrival], report: Report) -> None:
    new = Receipt.objects.keep_many(account, batch, origin=Origin.IMPORT)
    report.new += len(new)
    report.known += len(batch) - len(new)
    report.years.update(arrival.received_at.year for arrival in new if arrival.received_at)
    time.sleep(REST)
