"""The pieces a failure report is made of: whom it names, what the server answered, which message came back."""

import re

from . import label
from .mime import Entity

MOST_RECIPIENTS = 50
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.,:-])([45])[0-7]\d(?=[\s-])[^\n]{0,300}")
ADDRESS = re.compile(
    r"(?<![\w.+@-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?"
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
ORIGINAL = re.compile(
    r"^\s{0,8}(?:[->|\s_*=]{0,40}(?:(?:this is |below (?:this line )?is |here is |the )?(?:a copy|the (?:first part|header)|(?:your |the )?original message|returned message|unsent message|"
    r"undelivered message|message (?:headers|text)|copy of (?:the|your) message|le message original|message contents|reason follows|start of returned message)[^\n]{0,80})"
    r"|Return-Path:[^\n]*|Received:[^\n]*|Message-I[dD]:[^\n]*|X-[A-Za-z-]+:[^\n]*|DKIM-Signature:[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
OWN = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-?daemon|postoffice|abuse|noreply|no-reply|support-?ticket)@",
    re.IGNORECASE,
)
MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^<>\s]{1,500})>?", re.IGNORECASE | re.MULTILINE)


def per_recipient(root: Entity):
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


def recipient(fields: dict[str, str]) -> str:
    """The address we wrote to, if the report still knows it; else the one it was passed on to."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = ADDRESS.search(fields.get(name, "").rpartition(";")[2])
        if found:
            return found[0]
    return ""


def ourselves(root: Entity) -> set[str]:
    """Addresses that are the report's own, or the one it was sent to."""
    names = ("to", "from", "reply-to", "return-path", "delivered-to")
    return {address.value.lower() for name in names for address in label.addresses(root.get(name))}


def mentioned(root: Entity, words: str) -> list[str]:
    """Addresses the report names, other than its own and the one it was sent to."""
    us = ourselves(root)
    named = [match[0] for match in ADDRESS.finditer(words)]
    return [each for each in named if each.lower() not in us and not OWN.match(each)]


def unique(addresses: list[str]) -> list[str]:
    return list({each.lower(): each for each in reversed(addresses) if each}.values())[::-1][:MOST_RECIPIENTS]


def reason_in(words: str) -> str:
    match = CODE.search(words) or STATUS.search(words)
    if match:
        start = words.rfind("\n", 0, match.start()) + 1
        return " ".join(words[start : match.end() + 200].partition("\n\n")[0].split())[:500]
    match = FAILED.search(words)
    return " ".join(words[match.start() : match.start() + 300].partition("\n\n")[0].split()) if match else ""


def ours_in(words: str) -> str:
    """The server's own words, without the copy of our message under them."""
    cut = ORIGINAL.search(words, 40)
    return words[: cut.start()] if cut else words


def original_id(root: Entity) -> str:
    """The Message-ID of the mail that came back, wherever the report keeps it."""
    for part in root.walk():
        if part is not root and part.type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/global-headers",
            "message/partial",
        ):
            found = id_in(part.content[:200_000])
            if found:
                return found
    return id_in(root.body[:200_000]) or next(iter(label.ids(root.get("in-reply-to"))), "")


def id_in(data: bytes) -> str:
    match = MESSAGE_ID.search(data)
    return match[1].decode("utf-8", "replace") if match else ""


def said(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address
