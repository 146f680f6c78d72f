"""How an outside judge calls us: what the product reads in a mail, under the names of the shared corpus."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from comptoir.channels.email.reading import clean_html as clean
from comptoir.channels.email.reading.forwards import find
from comptoir.channels.email.reading.message import Message
from comptoir.channels.email.reading.tnef import read as read_tnef
from comptoir.channels.envelope import Nature
from comptoir.team.calendars import Calendar
from comptoir.team.hours import ExceptionalHours, OpeningHours
from comptoir.team.timetable import Timetable, read_slots

HEADS = {
    "body-text": b"Content-Type: text/plain; charset=utf-8\n\n",
    "body-html": b"Content-Type: text/html; charset=utf-8\n\n",
}


def clean_html(html: str) -> str:
    return clean(html)


def read_mail(raw: bytes, kind: str) -> dict:
    """`kind` is eml (a whole message), body-text, body-html or tnef (a bare winmail.dat)."""
    if kind == "tnef":
        return {"tnef_names": [file.name for file in read_tnef(raw).files]}
    message = Message(HEADS.get(kind, b"") + raw)
    envelope, reply, found = message.envelope(), message.reply, find(message.text)
    bounce = envelope.bounce
    return {
        "subject": envelope.subject,
        "from_email": envelope.sender.value,
        "from_name": envelope.sender.name,
        "to": [address.value for address in envelope.to],
        "message_id": envelope.external_id,
        "in_reply_to": envelope.in_reply_to,
        "references": envelope.references,
        "text": message.text,
        "html": message.body.html,
        "all_text": message.text + (envelope.forwarded.text if envelope.forwarded else ""),
        "attachments": [part.name for part in envelope.parts],
        "leaves": sum(not part.children for part in message.root.walk()),
        "reply": envelope.text,
        "reply_alt": f"{reply.said}\n\n{reply.sign_off}".strip(),
        "signature": reply.signature,
        "is_bounce": envelope.nature == Nature.BOUNCE,
        "bounce_recipients": sorted(bounce.recipients) if bounce else [],
        "bounce_permanent": bounce.permanent if bounce else None,
        "bounce_status": [bounce.status] if bounce else [],
        "is_auto_reply": envelope.nature == Nature.AUTOMATIC,
        "is_complaint": envelope.nature == Nature.COMPLAINT,
        "is_forward": envelope.forwarded is not None,
        "forward": found.block if found else "",
        "tnef_names": [part.name for part in envelope.parts if ".tnef." in part.position],
    }


def due_at(case: dict) -> str | None:
    due = _hours(case).due_at(datetime.fromisoformat(case["start"]), case["minutes"])
    return due and due.isoformat()


def open_minutes(case: dict) -> int:
    return _hours(case).open_minutes(
        datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["end"])
    )


def _hours(case: dict) -> OpeningHours:
    calendar = Calendar("-".join(filter(None, [case["country"], case.get("subdivision")])))
    exceptions = {
        date.fromisoformat(day["date"]): ExceptionalHours(
            read_slots(",".join("-".join(slot) for slot in day["open"]))
        )
        for day in case["exceptions"]
    }
    return OpeningHours(Timetable.read(case["hours"]), ZoneInfo(case["zone"]), calendar, exceptions)
