"""Sends that did not arrive: who was not reached, for good or not, what their server said, and which of our messages it was.

Standard reports (RFC 3464) are read here. Odd ones go through flufl.bounce, which knows dozens of old servers but fails on a
missing From, on raw 8-bit headers and on 61 kinds of report; so it is called inside a fence, and plain rules over the words follow it.
"""

import re
from email import message_from_bytes

from comptoir.channels.envelope import Bounce

from . import label
from .mime import Entity, Tree

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
    r"did not reach|(?:n'a|n’a) (?:pas )?(?:pu|été)[^\n]{0,40}(?:remis|distribu|livr|délivr)|konnte nicht (?:zugestellt|übermittelt)|nicht zustellen|relaying denied|not our customer|"
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
MESSAGE_ID = re.compile(rb"^message-id:\s*<([^<>\s]{1,500})>", re.IGNORECASE | re.MULTILINE)


def find(tree: Tree, words: str, subject: str) -> Bounce | None:
    """The failure this message reports, or None for any other mail. `words` is its text."""
    root = tree.root
    reports = [part for part in root.walk() if part.type in ("message/delivery-status", "message/global-delivery-status")]
    if reports:
        return _from_report(root, reports, words)
    if not _smells(root, subject):
        return None
    return _from_words(tree, words)


def _smells(root: Entity, subject: str) -> bool:
    """Cheap, and wide enough: only what passes is looked at more closely."""
    if root.get("x-failed-recipients") or root.content_type[1].get("report-type", "").lower() == "delivery-status":
        return True
    daemon = bool(DAEMON.search(root.get("from")) or root.get("return-path").strip() == b"<>" or not root.get("from"))
    if root.get("in-reply-to") and not daemon:
        return False
    return daemon or bool(SUBJECT.search(subject)) and not subject.lower().startswith(("re:", "ré:", "rép:"))


def _from_report(root: Entity, reports: list[Entity], words: str) -> Bounce | None:
    failed, delayed, status, reason = [], [], "", ""
    for fields in _groups(reports):
        action = fields.get("action", "").split()[0:1]
        action = action[0].lower().strip(";") if action else ""
        who = fields.get("original-recipient") if "x-actual-recipient" in fields else None
        who = _recipient(fields.get("final-recipient") or who or fields.get("original-recipient") or fields.get("x-actual-recipient", ""))
        code = STATUS.search(fields.get("status", ""))
        if action in ("delivered", "relayed", "expanded") or (not action and not code) or (code and code[1] == "2"):
            continue
        (delayed if action == "delayed" else failed).append(who)
        diagnostic = fields.get("diagnostic-code", "")
        better = STATUS.search(diagnostic)
        if not status:
            status = code[0] if code else ""
            if better and (not code or code[2] == code[3] == "0"):
                status = better[0]
            reason = diagnostic.partition(";")[2].strip() or diagnostic
    if not failed and not delayed:
        return None if not _smells(root, "") or not FAILED.search(words) else _bounce([], words, root, words)
    found = Bounce(_unique(failed or delayed), bool(failed) and not status.startswith("4"), status, reason[:1000])
    found.recipients = found.recipients or _unique(_mentioned(root, words))
    found.reason = found.reason or _reason(words)
    found.original_id = _original_id(root)
    return found


def _groups(reports: list[Entity]):
    """One dictionary for each recipient a report speaks of."""
    for part in reports:
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


def _recipient(said: str) -> str:
    value = said.rpartition(";")[2].strip().strip("<>\"' ")
    found = ADDRESS.search(value)
    return found[0] if found else value


def _from_words(tree: Tree, words: str) -> Bounce | None:
    root = tree.root
    whole = words[:MOST_WORDS]
    cut = ORIGINAL.search(whole)
    ours = whole[: cut.start()] if cut and cut.start() > 40 else whole
    told = _recipients_header(root)
    permanent = temporary = set()
    if not told and len(tree.raw) <= MOST_FOR_FLUFL and not tree.too_deep:
        temporary, permanent = _flufl(tree.raw)
        told = sorted(permanent or temporary)
    if not told and not FAILED.search(ours):
        return None
    told = told or _mentioned(root, ours)
    if not told and not (DAEMON.search(root.get("from")) and FAILED.search(ours)):
        return None
    found = _bounce(told, ours, root, whole)
    if permanent or temporary:
        found.permanent = bool(permanent) and not found.status.startswith("4")
    return found


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
            message[name] = value.encode("ascii", "replace").decode()
        temporary, permanent = all_failures(message)
    except Exception:
        return set(), set()
    return {_said(each) for each in temporary}, {_said(each) for each in permanent}


def _said(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address


def _mentioned(root: Entity, words: str) -> list[str]:
    """Addresses the report names, other than its own and the one it was sent to."""
    us = {address.value.lower() for name in ("to", "from", "reply-to", "return-path") for address in label.addresses(root.get(name))}
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
