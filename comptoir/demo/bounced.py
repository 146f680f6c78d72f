"""A bounce: what a mail server writes back when nobody lives at an address (RFC 3464)."""

from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText


def report(text: str, *, recipient: str, reason: str, answers: str) -> MIMEBase:
    """The words for people, the report for machines, and the head of the message that came back."""
    whole = MIMEMultipart("report", "=_returned-to-sender")
    whole.set_param("report-type", "delivery-status")
    whole.attach(MIMEText(f"{text}\n", "plain", "utf-8"))
    whole.attach(_status(recipient, reason))
    whole.attach(MIMEText(f"Message-ID: <{answers}>\nTo: {recipient}\n", "rfc822-headers"))
    return whole


def _status(recipient: str, reason: str) -> MIMEBase:
    server, person = Message(), Message()
    server["Reporting-MTA"] = f"dns; mx.{recipient.rpartition('@')[2]}"
    person["Final-Recipient"] = f"rfc822; {recipient}"
    person["Action"] = "failed"
    person["Status"] = "5.1.1"
    person["Diagnostic-Code"] = f"smtp; {reason}"
    status = MIMEBase("message", "delivery-status")
    status.set_payload([server, person])
    return status
