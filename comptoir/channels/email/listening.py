"""Listening: one pair of ears per mailbox. New mail is heard by IDLE; the past is fetched beside it, never before it."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event as Stop
from threading import Thread

from django.db import connection
from django.utils.translation import gettext as _

from comptoir.channels.models import Account

from .fetching import catch_up, fetch_past, gone, has_moved, past_must_wait, survey
from .imap import Session
from .line import Stopped
from .models import Folder, Mailbox, Role
from .opening import open_mailbox
from .reconciling import reconcile
from .trouble import MailTrouble

log = logging.getLogger(__name__)

ROUND = 60.0  # seconds between two looks into the other folders; also finds lines that died unheard (RFC 2177: < 29 min)
NAP = 1.0
TICK = 2.0  # seconds between two looks at our own row: lease, pause, new settings
SAY_SEEN = 30.0
FIRST_RETRY, LONGEST_RETRY = 5.0, 300.0
FIRST_RETRY_BY_HAND, LONGEST_RETRY_BY_HAND = 120.0, 1800.0


def listeners(account: Account) -> list[Callable[[Stop], None]]:
    """What the listening process runs for an e-mail account; nothing for one without a mailbox."""
    mailbox = Mailbox.objects.filter(account=account).first()
    return [Ears(mailbox.pk)] if mailbox else []


class TakenOver(Exception):
    """Somebody else reads now, or our settings changed: put the receiver down."""


class Ears:
    """Follows one mailbox until `stop`: waits for its lease, dials, listens, and dials again after a trouble."""

    def __init__(self, mailbox_pk: int):
        self.pk = mailbox_pk
        self.retries = 0
        self._looked_at = self._said_seen_at = 0.0

    def __call__(self, stop: Stop) -> None:
        try:
            while not stop.is_set() and (mailbox := self._find()):
                if mailbox.is_paused or not mailbox.take_lease():
                    stop.wait(TICK)
                else:
                    self._hold(mailbox, stop)
        except Stopped:
            pass
        finally:
            connection.close()

    def _find(self) -> Mailbox | None:
        return Mailbox.objects.open().select_related("account").filter(pk=self.pk).first()

    def _hold(self, mailbox: Mailbox, stop: Stop) -> None:
        """While the lease is ours: live mail in this thread, the past in another."""
        leave, self._looked_at = Stop(), 0.0
        beside = Thread(target=Memory(mailbox.pk, leave), name=f"past-{mailbox.pk}", daemon=True)
        beside.start()
        try:
            self._listen(mailbox, stop)
        except TakenOver:
            pass
        except Exception:
            log.exception("mailbox %s could not be followed; trying again", mailbox.pk)
            mailbox.account.failed(
                _("The mail could not be stored. It stays on its server and we try again.")
            )
            self._rest(mailbox, stop, self._pause_length(False))
        finally:
            leave.set()
            beside.join(2.5)
            mailbox.release_lease()

    def _listen(self, mailbox: Mailbox, stop: Stop) -> None:
        while not stop.is_set():
            try:
                with open_mailbox(mailbox, stop=stop) as session:
                    self._follow(session, mailbox, stop)
            except MailTrouble as trouble:
                log.info("mailbox %s: %s", mailbox.pk, trouble)
                mailbox.account.failed(trouble.sentence)
                self._rest(mailbox, stop, self._pause_length(trouble.needs_a_person))

    def _follow(self, session: Session, mailbox: Mailbox, stop: Stop) -> None:
        survey(session, mailbox)
        self._all_folders(session, mailbox, everything=True)
        while not stop.is_set():
            self.retries = 0
            inbox = mailbox.folders.filter(role=Role.INBOX).first()
            self._look_into(session, inbox)
            self._seen(mailbox)
            self._inbox_until(session, inbox, mailbox, stop)
            if not stop.is_set():
                self._all_folders(session, mailbox)

    def _inbox_until(self, session: Session, inbox: Folder, mailbox: Mailbox, stop: Stop) -> None:
        """One round in the inbox: whatever arrives is stored at once; ends when the other folders are due."""
        end = time.monotonic() + ROUND
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            if session.can_idle:
                news = session.wait(left, until=lambda: self._must_end(mailbox, stop))
            else:
                news = self._rest(mailbox, stop, left)
            if news and not stop.is_set():
                self._look_into(session, inbox)
            self._seen(mailbox)

    def _all_folders(self, session: Session, mailbox: Mailbox, *, everything: bool = False) -> None:
        for folder in mailbox.folders.followed().exclude(role=Role.INBOX if not everything else ""):
            folder.mailbox = mailbox
            self._must_end(mailbox, None)
            try:
                if everything or has_moved(session, folder):
                    catch_up(session, folder)
            except MailTrouble as trouble:
                if not gone(trouble):
                    raise
                folder.failed(trouble.sentence)

    def _look_into(self, session: Session, inbox: Folder) -> None:
        inbox.refresh_from_db()
        catch_up(session, inbox)

    # --- our own row ------------------------------------------------------------------------------
    def _must_end(self, mailbox: Mailbox, stop: Stop | None) -> bool:
        """Renews the lease now and then; raises TakenOver when this mailbox is no longer ours to read this way."""
        if stop is not None and stop.is_set():
            return True
        if time.monotonic() - self._looked_at < TICK:
            return False
        self._looked_at = time.monotonic()
        now = self._find()
        if now is None or now.is_paused or now.revision != mailbox.revision or not mailbox.renew_lease():
            raise TakenOver
        return False

    def _rest(self, mailbox: Mailbox, stop: Stop, seconds: float) -> bool:
        """Waits without a line; True when the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if stop.wait(min(NAP, seconds)) or self._must_end(mailbox, stop):
                return False
        return True

    def _pause_length(self, by_hand: bool) -> float:
        first, longest = (
            (FIRST_RETRY_BY_HAND, LONGEST_RETRY_BY_HAND) if by_hand else (FIRST_RETRY, LONGEST_RETRY)
        )
        self.retries += 1
        return min(first * 2 ** (self.retries - 1), longest)

    def _seen(self, mailbox: Mailbox) -> None:
        if mailbox.account.last_error or time.monotonic() - self._said_seen_at > SAY_SEEN:
            self._said_seen_at = time.monotonic()
            mailbox.account.seen()


class Memory:
    """Beside the ears, on a line of its own: the past, newest first, and comparisons. Has no line while idle."""

    def __init__(self, mailbox_pk: int, leave: Stop):
        self.pk, self.leave = mailbox_pk, leave

    def __call__(self) -> None:
        pause = FIRST_RETRY
        try:
            while not self.leave.wait(TICK):
                mailbox = Mailbox.objects.open().select_related("account").filter(pk=self.pk).first()
                if mailbox is None or not self._has_work(mailbox):
                    continue
                try:
                    self._work(mailbox)
                    pause = FIRST_RETRY
                except (MailTrouble, OSError) as trouble:
                    log.info("mailbox %s, beside: %s", self.pk, trouble)
                    self.leave.wait(pause)
                    pause = min(pause * 2, LONGEST_RETRY)
        except Stopped:
            pass
        except Exception:
            log.exception("the past of mailbox %s could not be fetched", self.pk)
        finally:
            connection.close()

    def _has_work(self, mailbox: Mailbox) -> bool:
        if mailbox.reconciliation_asked_at and self._was_begun(mailbox):
            return True
        return mailbox.is_fetching_past and not past_must_wait(mailbox)

    def _was_begun(self, mailbox: Mailbox) -> bool:
        return mailbox.folders.followed().exclude(uidvalidity=None).exists()

    def _work(self, mailbox: Mailbox) -> None:
        with open_mailbox(mailbox, stop=self.leave) as session:
            if mailbox.reconciliation_asked_at:
                self._reconcile(session, mailbox)
            self._remember(session, mailbox)

    def _reconcile(self, session: Session, mailbox: Mailbox) -> None:
        asked_at = mailbox.reconciliation_asked_at
        for folder in self._folders(mailbox).exclude(uidvalidity=None):
            with suppress_gone(folder):
                reconcile(session, folder)
        Mailbox.objects.filter(pk=mailbox.pk, reconciliation_asked_at=asked_at).update(
            reconciliation_asked_at=None
        )

    def _remember(self, session: Session, mailbox: Mailbox) -> None:
        for folder in self._folders(mailbox).with_past():
            with suppress_gone(folder):
                while not self.leave.is_set() and not past_must_wait(mailbox) and fetch_past(session, folder):
                    pass

    def _folders(self, mailbox: Mailbox):
        return mailbox.folders.followed().select_related("mailbox__account")


class suppress_gone(suppress):
    """A folder removed from the server is told on the mailbox's page; the others go on."""

    def __init__(self, folder: Folder):
        super().__init__()
        self.folder = folder

    def __exit__(self, kind, error, trace) -> bool:
        if isinstance(error, MailTrouble) and gone(error):
            self.folder.failed(error.sentence)
            return True
        return False
