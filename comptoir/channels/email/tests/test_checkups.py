"""What the doctor says of mailboxes."""

from datetime import timedelta

import pytest

from comptoir.channels.email.checkups import mailboxes
from comptoir.channels.email.models import Folder, Mailbox, Reconciliation
from comptoir.ground import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(mailbox):
    mailbox.seen()
    return Mailbox.objects.create(
        account=mailbox, host="imap.cycles.example", smtp_host="smtp.cycles.example"
    )


def test_a_mailbox_that_does_well_is_not_spoken_of(well):
    assert not list(mailboxes())


def test_a_refused_password_is_told(well):
    well.account.failed("Le mot de passe est refusé.")

    assert "Le mot de passe est refusé." in next(mailboxes()).fault


def test_a_mailbox_nobody_listens_to_is_told_unless_it_is_paused(well):
    well.account.seen(clock.now() - timedelta(hours=2))
    assert len(list(mailboxes())) == 1
    well.pause()
    assert not list(mailboxes())


def test_messages_that_could_not_be_mended_are_counted(well):
    folder = Folder.objects.create(mailbox=well, name="INBOX", role="inbox", is_followed=True)
    Reconciliation.objects.note(folder, server_count=9, stored_count=4, missing=5, repaired=2)

    assert "3" in next(mailboxes()).fault
