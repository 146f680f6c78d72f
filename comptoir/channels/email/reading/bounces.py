"""Sends that did not arrive: who was not reached, for good or not, what their server said, and which of our messages it was.

Standard reports (RFC 3464) are read here. Odd ones go through flufl.bounce, which knows dozens of old servers but fails on a
missing From, on raw 8-bit headers and on 61 kinds of report; so it is called inside a fence, and plain rules over the words follow it.
"""

import logging
import re
from email import message_from_bytes

from comptoir.channels.envelope import Bounce

from . import label
from .mime import Entity, Tree

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it reports its own mistakes, each time

MOST_RECIPIENTS = 50
MOST_WORDS = 30_000
MOST_FOR_FLUFL = 300_000
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.,:-])([45])[0-7]\d(?=[\s-])[^\n]{0,300}")
ADDRESS = re.compile(r"(?<![\w.+@-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?")
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
FAILED = re.compile(
    r"(?:could ?n[o']t|can ?not|can't|unable to|failed to|not able to|was not|wasn't|not be|isn't|been) (?:be )?(?:deliver|sen[dt]|reach|relay|accept|complet|return|process|route)|"
    r"undeliver|delivery (?:to the following|failed|failure|attempt|error|has failed|of (?:this|the|your) (?:message|mail))|returned (?:mail|to sender|message)|"
    r"(?:user|mailbox|recipient|address|account|domain|host|name)[\w ,'\"<>@.-]{0,60}(?:unknown|not (?:found|exist|listed|valid|known|allowed|accept)|unavailable|disabled|inactive|invalid|full|reject|is full|doesn't|does not|over quota|suspended)|"
    r"(?:unknown|invalid|no such|bad|illegal|inactive|nonexistent) (?:local |email |e-mail |destination )?(?:user|mailbox|recipient|address|account|domain|host|part)|"
    r"(?:over|exceed\w*|out of)[\w ]{0,30}(?:quota|storage|space|size|limit)|quota|too (?:large|big)|rejected|bounced|permanent(?:ly)? (?:fatal )?(?:error|failure)|"
    r"did not reach|(?:n'a|n’a) (?:pas )?(?:pu|été)[^\n]{0,40}(?:remis|distribu|livr|d[eé]livr)|konnte nicht (?:zugestellt|übermittelt)|nicht zustellen|relaying denied|not our customer|"
    r"(?:5\d\d|4\d\d) [\w#]|host (?:unknown|not found)|no such|expired|timed out|not deliverable|following (?:address|recipient|error)|transcript of session",
    re.IGNORECASE,
)
LATER = re.compile(
    r"\bdelay|still (?:trying|being)|will (?:be retried|retry|continue|keep trying)|temporar|not yet been|warning(?: message)?\b[^\n]{0,40}(?:only|could not)|"
    r"no action is required|do not need to resend|try again later|this is a warning",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^\s{0,8}(?:[->|\s_*=]{0,40}(?:(?:this is |below (?:this line )?is |here is |the )?(?:a copy|the (?:first part|header)|(?:your |the )?original message|returned message|unsent message|"
    r"undelivered message|message (?:headers|text)|copy of (?:the|your) message|le message original|message contents|reason follows|start of returned message)[^\n]{0,80})"
    r"|Return-Path:[^\n]*|Received:[^\n]*|Message-I[dD]:[^\n]*|X-[A-Za-z-]+:[^\n]*|DKIM-Signature:[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
OWN = re.compile(r"^(?:mailer-?daemon|postmaster|mail-?daemon|postoffice|abuse|noreply|no-reply|support-?ticket)@", re.IGNORECASE)
CLEAR_SUBJECT = re.compile(
    r"undeliver|deliver(?:y|ed)? (?:has )?fail|delivery (?:status|failure|error)|failure notice|returned mail|mail (?:delivery )?(?:failed|failure|not delivered)|"
    r"mail delivery (?:system|error)|non.?deliver|non remis|non distribu|message impossible à|not delivered|could not be delivered|unzustellbar|onbestelbaar",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"(?:message|mail|courriel|nachricht|bericht|delivery)\b[^.\n]{0,60}(?:could not|couldn't|cannot|can't|was not|has not|n'a pas pu|n’a pas pu|failed|konnte nicht|kon niet)"
    r"[^.\n]{0,40}(?:deliver|d[eé]livr|remis|distribu|sent|zugestellt|bezorgd|afgeleverd|to the following)|(?:following|these) (?:recipient|address)",
    re.IGNORECASE,
)
CHALLENGE = re.compile(r"pre-?approved|challenge|confirm (?:that )?you|verify (?:that )?you", re.IGNORECASE)
FINAL_RECIPIENT = re.compile(r"^(?:final|original)-recipient:[^\n;]{0,30};\s{0,3}<?([^\s<>]{1,200}@[^\s<>]{1,200})", re.IGNORECASE | re.MULTILINE)
MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^<>\s]{1,500})>?", re.IGNORECASE | re.MULTILINE)


def find(tree: Tree, words: str, subject: str) -> Bounce | None:
    """The failure this message reports, or None for any other mail. `words` is its text."""
    root = tree.root
    groups = list(_groups(root))
    if groups:
        return _from_report(root, groups, words)
    if not _smells(root, subject):
        return None
    return _from_words(tree, words, subject)


def _is_daemon(root: Entity) -> bool:
    """Written by a mail server rather than by somebody."""
    return bool(DAEMON.search(root.get("from")) or root.get("return-path").strip() == b"<>" or not root.get("from"))


def _smells(root: Entity, subject: str) -> bool:
    """Cheap, and wide enough: only what passes is looked at more closely."""
    if root.get("x-failed-recipients") or root.content_type[1].get("report-type", "").lower() == "delivery-status":
        return True
    return _is_daemon(root) or not root.get("in-reply-to") and bool(SUBJECT.search(subject))


def _from_report(root: Entity, groups: list[dict[str, str]], words: str) -> Bounce | None:
    failed, delayed, status, reason = [], [], "", ""
    for fields in groups:
        action = (fields.get("action", "").lower().split() or [""])[0].strip(";")
        code = STATUS.search(fields.get("status", ""))
        if action in ("delivered", "relayed", "expanded") or (not action and not code) or (code and code[1] == "2"):
            continue
        (delayed if action == "delayed" else failed).append(_recipient(fields))
        diagnostic = fields.get("diagnostic-code", "")
        better = STATUS.search(diagnostic)
        if not status:
            status = better[0] if better and (not code or code[2] == code[3] == "0") else code[0] if code else ""
            reason = diagnostic.partition(";")[2].strip() or diagnostic
    if not failed and not delayed or CHALLENGE.search(reason) and not _is_daemon(root):
        return None
    told = _unique(failed or delayed) or _unique(_mentioned(root, _ours(words)))
    permanent = bool(failed) and not status.startswith("4")
    return Bounce(told, permanent, status, (reason or _reason(words))[:1000], _original_id(root))


def _groups(root: Entity):
    """One dictionary for each recipient a standard report speaks of."""
    for part in root.walk():
        if part.type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        at, data = 0, part.content.replace(b"\r\n", b"\n").strip(b"\n")
        for _ in range(MOST_RECIPIENTS):
            if at >= len(data):
                break
            fields, at = label.block(data, at, len(data))
            while data[at : at + 1] == b"\n":
                at += 1
            group = {name: label.words(value) for name, value in reversed(fields)}
            if "final-recipient" in group or "action" in group or "original-recipient" in group:
                yield group


def _recipient(fields: dict[str, str]) -> str:
    """The address we wrote to, if the report still knows it; else the one it was passed on to."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = ADDRESS.search(fields.get(name, "").rpartition(";")[2])
        if found:
            return found[0]
    return ""


def _ours(words: str) -> str:
    """The server's own words, without the copy of our message under them."""
    cut = ORIGINAL.search(words, 40)
    return words[: cut.start()] if cut else words


def _from_words(tree: Tree, words: str, subject: str) -> Bounce | None:
    root = tree.root
    whole = words[:MOST_WORDS]
    ours = _ours(whole)
    clear = bool(CLEAR_SUBJECT.search(subject))
    if not _is_daemon(root) and not root.get("x-failed-recipients") and not (clear and STRONG.search(ours)):
        return None
    told = _recipients_header(root) or FINAL_RECIPIENT.findall(whole)
    permanent = temporary = set()
    if not told and len(tree.raw) <= MOST_FOR_FLUFL and not tree.too_deep:
        temporary, permanent = _flufl(tree.raw)
        told = _plausible(root, tree.raw, sorted(permanent or temporary))
    if not told and not FAILED.search(ours) and not clear:
        return None
    told = told or _mentioned(root, ours) or (_addressed(root, whole[len(ours) :]) if clear else [])
    if not told and not clear and not DAEMON.search(root.get("from")):
        return None
    found = _bounce(told, ours, root, whole)
    if permanent or temporary:
        found.permanent = bool(permanent) and not found.status.startswith("4")
    return found


def _plausible(root: Entity, raw: bytes, told: list[str]) -> list[str]:
    """flufl.bounce takes Message-IDs and our own address for recipients when nothing better is near."""
    ids = {_said(found).lower() for found in MESSAGE_ID.findall(raw)}
    us = _us(root)
    return [each for each in told if each.lower() not in ids | us] or [each for each in told if each.lower() not in ids]


def _addressed(root: Entity, original: str) -> list[str]:
    """Whom the returned message was for, when the report does not say."""
    match = re.search(r"^To:([^\n]{1,500})", original, re.MULTILINE | re.IGNORECASE)
    return [address.value for address in label.addresses(match[1].encode())] if match else []


def _bounce(told: list[str], ours: str, root: Entity, whole: str) -> Bounce:
    codes = [match[0] for match in STATUS.finditer(ours) if match[1] in "45"]
    status = codes[0] if codes else ""
    permanent = not (status.startswith("4") or (not status and LATER.search(ours)))
    return Bounce(_unique(told), permanent, status, _reason(ours), _original_id(root) or _id_in(whole.encode("utf-8", "replace")))


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
            message[name] = value.encode("ascii", "replace").decode() or ("nobody@localhost" if name == "from" else "")
        temporary, permanent = all_failures(message)
    except Exception:
        return set(), set()
    return {_said(each) for each in temporary}, {_said(each) for each in permanent}


def _said(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address


def _us(root: Entity) -> set[str]:
    names = ("to", "from", "reply-to", "return-path", "delivered-to")
    return {address.value.lower() for name in names for address in label.addresses(root.get(name))}


def _mentioned(root: Entity, words: str) -> list[str]:
    """Addresses the report names, other than its own and the one it was sent to."""
    us = _us(root)
    named = [match[0] for match in ADDRESS.finditer(words)]
    return [each for each in named if each.lower() not in us and not OWN.match(each)]


def _unique(addresses: list[str]) -> list[str]:
    return list({each.lower(): each for each in reversed(addresses) if each}.values())[::-1][:MOST_RECIPIENTS]


def _reason(words: str) -> str:
    match = CODE.search(words) or STATUS.search(words)
    if match:
        start = words.rfind("\n", 0, match.start()) + 1
        return " ".join(words[start : match.end() + 200].partition("\n\n")[0].split())[:500]
    match = FAILED.search(words)
    return " ".join(words[match.start() : match.start() + 300].partition("\n\n")[0].split()) if match else ""


def _original_id(root: Entity) -> str:
    """The Message-ID of the mail that came back, wherever the report keeps it."""
    for part in root.walk():
        if part is not root and part.type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/partial"):
            found = _id_in(part.content[:200_000])
            if found:
                return found
    return _id_in(root.body[:200_000]) or next(iter(label.ids(root.get("in-reply-to"))), "")


def _id_in(data: bytes) -> str:
    match = MESSAGE_ID.search(data)
    return match[1].decode("utf-8", "replace") if match else ""
