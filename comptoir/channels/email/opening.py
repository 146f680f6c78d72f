"""Opening a mailbox with its own settings; filing what was sent."""

from datetime import timedelta
from email.parser import BytesHeaderParser
from threading import Event as Stop

from comptoir.channels.models import Account
from comptoir.ground.work import backoff, works

from . import oauth
from .imap import Session
from .line import PATIENCE
from .models import Auth, Folder, Mailbox, Role, SentCopy
from .trouble import MailTrouble

NEW_SENT_FOLDER = "Sent"


def open_mailbox(mailbox: Mailbox, *, stop: Stop | None = None, patience: float = PATIENCE) -> Session:
    """A signed-in session; raises MailTrouble in words."""
    session = Session(mailbox.receiving, patience=patience, stop=stop)
    try:
        if mailbox.auth == Auth.PASSWORD:
            session.sign_in(mailbox.login, mailbox.password)
        else:
            session.sign_in_with_token(mailbox.login, oauth.access_token(mailbox))
    except BaseException:
        session.close()
        raise
    return session


def append_to_sent(account: Account, raw: bytes) -> None:
    """Has a sent message filed in the mailbox's Sent folder, now or as soon as the server lets us.

    Costs one row: a server that is away never delays or fails the send itself. Providers that file
    what they send by themselves (Google, Microsoft) are left alone.
    """
    mailbox = Mailbox.objects.filter(account=account).first()
    if mailbox and not mailbox.saves_sent:
        SentCopy.objects.owe(account, raw)


@works(SentCopy, batch=5, lease=timedelta(minutes=3), tries=12)
def file_sent(copy: SentCopy) -> None:
    """Appends one message to Sent, once."""
    mailbox = Mailbox.objects.open().filter(account=copy.account).first()
    if mailbox is None:
        return copy.done()
    try:
        with open_mailbox(mailbox) as session:
            _append(session, mailbox, copy)
    except MailTrouble as trouble:
        return copy.postpone(backoff(copy.failures), trouble.sentence)
    copy.done()


def _append(session: Session, mailbox: Mailbox, copy: SentCopy) -> None:
    folder, raw = sent_folder(session, mailbox), copy.raw
    message_id = BytesHeaderParser().parsebytes(raw).get("Message-ID", "")
    if copy.was_tried and message_id and session.has_message(folder, message_id):
        return
    session.append(folder, raw)


def sent_folder(session: Session, mailbox: Mailbox) -> str:
    """The name of the Sent folder; made when the server has none."""
    known = mailbox.folders.filter(role=Role.SENT).first()
    if known:
        return known.name
    name = next((drawer.name for drawer in session.drawers() if drawer.role == Role.SENT), "")
    if not name:
        session.create(NEW_SENT_FOLDER)
        name = NEW_SENT_FOLDER
    Folder.objects.update_or_create(
        mailbox=mailbox, name=name, defaults={"role": Role.SENT, "is_followed": True}
    )
    return name
