"""Sends that did not arrive: who was not reached, for good or not, what their server said, and which of our messages it was.

Standard reports (RFC 3464) are read here. Odd ones go through flufl.bounce, which knows dozens of old servers but fails on a
missing From, on raw 8-bit headers and on 61 kinds of report; so it is called inside a fence, and plain rules over the words follow it.
"""

import logging
import re
from email import message_from_bytes

from comptoir.channels.envelope import Bounce

from . import label
from .marks import FORWARD_SUBJECT
from .mime import Entity, Tree
from .reports import (
    FAILED,
    MESSAGE_ID,
    STATUS,
    id_in,
    mentioned,
    original_id,
    ours_in,
    ourselves,
    per_recipient,
    reason_in,
    recipient,
    said,
    unique,
)

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it reports its own mistakes, each time

MOST_WORDS = 30_000
MOST_FOR_FLUFL = 300_000
DAEMON = re.compile(
    rb"mailer-?daemon|mail-?daemon|postmaster|mail delivery|maildelivery|delivery subsystem|mmdf|<>|mail ?system|mdaemon|bounce|"
    rb"mailsystem|mail administrator|smtp ?gateway|post_?office|undeliver|mail-admin|amavis|majordomo-?admin",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"undeliver|non.?d[ée]liver|not? (?:be )?deliver|deliver(?:y|ed)?[ -](?:failure|status|problem|report|error|has failed|notification|incomplete|has been delayed)|"
    r"failure (?:notice|delivery)|fail(?:ed|ure)[: ]+mail|mail (?:failure|delivery|could not|rejected)|message (?:could not|undeliver)|returned (?:mail|to sender)|"
    r"return(?:ed)? e?-?mail|bounce|(?:message|mail) (?:delayed|expired)|warning: (?:could not|message)|rejected|undelivered|"
    r"non remis|remise impossible|échec de (?:la )?(?:remise|distribution)|(?:mail|message) non distribu|notification d'échec|non distribuable|"
    r"unzustellbar|zustellung|nicht zugestellt|onbestelbaar|niet afgeleverd|no se puede entregar|mancato recapito|devolvid|delivery",
    re.IGNORECASE,
)
LATER = re.compile(
    r"\bdelay|still (?:trying|being)|will (?:be retried|retry|continue|keep trying)|temporar|not yet been|warning(?: message)?\b[^\n]{0,40}(?:only|could not)|"
    r"no action is required|do not need to resend|try again later|this is a warning",
    re.IGNORECASE,
)
CLEAR_SUBJECT = re.compile(
    r"undeliver|deliver(?:y|ed)? (?:has )?fail|delivery (?:status|failure|error)|failure notice|returned mail|mail (?:delivery )?(?:failed|failure|not delivered)|"
    r"mail delivery (?:system|error)|non.?deliver|non remis|non distribu|message impossible à|not delivered|could not be delivered|unzustellbar|onbestelbaar",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"(?:message|mail|courriel|nachricht|bericht|delivery)\b[^.\n]{0,60}(?:could not|couldn't|cannot|can't|was not|has not|n'a pas pu|n’a pas pu|failed|konnte nicht|kon niet)"
    r"[^.\n]{0,40}(?:deliver|d[eé]livr|remis|distribu|sent|zugestellt|bezorgd|afgeleverd|to the following)|(?:following|these) (?:recipient|address)|"
    r"unable to deliver|failed recipient|rcpt to:|\b5\d\d[ -][#\d]?\.?\w|smtp error|transcript of session",
    re.IGNORECASE,
)
CHALLENGE = re.compile(r"pre-?approved|challenge|confirm (?:that )?you|verify (?:that )?you", re.IGNORECASE)
FINAL_RECIPIENT = re.compile(
    r"^(?:final|original)-recipient:[^\n;]{0,30};\s{0,3}<?([^\s<>]{1,200}@[^\s<>]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)


def find(tree: Tree, words: str, subject: str) -> Bounce | None:
    """The failure this message reports, or None for any other mail. `words` is its text."""
    root = tree.root
    groups = list(per_recipient(root))
    if groups:
        return _from_report(root, groups, words)
    if not _smells(root, subject):
        return None
    return _from_words(tree, words, subject)


def _is_daemon(root: Entity) -> bool:
    """Written by a mail server rather than by somebody."""
    return bool(
        DAEMON.search(root.get("from")) or root.get("return-path").strip() == b"<>" or not root.get("from")
    )


def _smells(root: Entity, subject: str) -> bool:
    """Cheap, and wide enough: only what passes is looked at more closely."""
    if (
        root.get("x-failed-recipients")
        or root.content_type[1].get("report-type", "").lower() == "delivery-status"
    ):
        return True
    return _is_daemon(root) or (not root.get("in-reply-to") and bool(SUBJECT.search(subject)))


def _from_report(root: Entity, groups: list[dict[str, str]], words: str) -> Bounce | None:
    failed, delayed, status, reason = [], [], "", ""
    for fields in groups:
        action = (fields.get("action", "").lower().split() or [""])[0].strip(";")
        code = STATUS.search(fields.get("status", ""))
        if (
            action in ("delivered", "relayed", "expanded")
            or (not action and not code)
            or (code and code[1] == "2")
        ):
            continue
        (delayed if action == "delayed" else failed).append(recipient(fields))
        diagnostic = fields.get("diagnostic-code", "")
        better = STATUS.search(diagnostic)
        if not status:
            status = (
                better[0] if better and (not code or code[2] == code[3] == "0") else code[0] if code else ""
            )
            reason = diagnostic.partition(";")[2].strip() or diagnostic
    if (not failed and not delayed) or (CHALLENGE.search(reason) and not _is_daemon(root)):
        return None
    told = unique(failed or delayed) or unique(mentioned(root, ours_in(words)))
    permanent = bool(failed) and not status.startswith("4")
    return Bounce(told, permanent, status, (reason or reason_in(words))[:1000], original_id(root))


def _from_words(tree: Tree, words: str, subject: str) -> Bounce | None:
    root = tree.root
    whole = words[:MOST_WORDS]
    ours = ours_in(whole)
    clear = bool(CLEAR_SUBJECT.search(subject))
    if (
        not _is_daemon(root)
        and not root.get("x-failed-recipients")
        and not (clear and _by_a_program(ours, subject))
    ):
        return None
    told = _recipients_header(root) or FINAL_RECIPIENT.findall(whole)
    permanent = temporary = set()
    if not told and len(tree.raw) <= MOST_FOR_FLUFL and not tree.too_deep:
        temporary, permanent = _flufl(tree.raw)
        told = _plausible(root, tree.raw, sorted(permanent or temporary))
    if not told and not FAILED.search(ours) and not clear:
        return None
    told = told or mentioned(root, ours) or (_addressed(root, whole[len(ours) :]) if clear else [])
    if not told and not clear and not DAEMON.search(root.get("from")):
        return None
    found = _bounce(told, ours, root, whole)
    if permanent or temporary:
        found.permanent = bool(permanent) and not found.status.startswith("4")
    return found


def _by_a_program(ours: str, subject: str) -> bool:
    """A server that signs with an ordinary address; never a person passing on, or answering, a failure notice."""
    if FORWARD_SUBJECT.match(subject) or not STRONG.search(ours):
        return False
    return not subject.lower().startswith("re:") or (len(ours) < 1_500 and "\n>" not in ours)


def _plausible(root: Entity, raw: bytes, told: list[str]) -> list[str]:
    """flufl.bounce takes Message-IDs and our own address for recipients when nothing better is near."""
    ids = {said(found).lower() for found in MESSAGE_ID.findall(raw)}
    us = ourselves(root)
    return [each for each in told if each.lower() not in ids | us] or [
        each for each in told if each.lower() not in ids
    ]


def _addressed(root: Entity, original: str) -> list[str]:
    """Whom the returned message was for, when the report does not say."""
    match = re.search(r"^To:([^\n]{1,500})", original, re.MULTILINE | re.IGNORECASE)
    return [address.value for address in label.addresses(match[1].encode())] if match else []


def _bounce(told: list[str], ours: str, root: Entity, whole: str) -> Bounce:
    codes = [match[0] for match in STATUS.finditer(ours) if match[1] in "45"]
    status = codes[0] if codes else ""
    permanent = not (status.startswith("4") or (not status and LATER.search(ours)))
    return Bounce(
        unique(told),
        permanent,
        status,
        reason_in(ours),
        original_id(root) or id_in(whole.encode("utf-8", "replace")),
    )


def _recipients_header(root: Entity) -> list[str]:
    return [address.value for value in root.all("x-failed-recipients") for address in label.addresses(value)]


def _flufl(raw: bytes) -> tuple[set[str], set[str]]:
    """flufl.bounce's opinion; whatever goes wrong in it is no opinion."""
    from flufl.bounce import all_failures

    try:
        message = message_from_bytes(raw)
        for name in ("from", "subject", "to"):
            value = label.words(str(message.get(name, "")))
            del message[name]
            message[name] = value.encode("ascii", "replace").decode() or (
                "nobody@localhost" if name == "from" else ""
            )
        temporary, permanent = all_failures(message)
    except Exception:
        return set(), set()
    return {said(each) for each in temporary}, {said(each) for each in permanent}
