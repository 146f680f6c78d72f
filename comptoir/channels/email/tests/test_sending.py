"""Handing a message to the shop's mail server: what is refused, what may be tried again, what nobody can know."""

import pytest

from comptoir.channels.email import sending
from comptoir.channels.email.models import Mailbox, SentCopy
from comptoir.channels.email.sending import check, deliver
from comptoir.channels.envelope import Address, Outgoing, SendFailed, SendUncertain

from .certificates import self_signed
from .scripted import Scripted


@pytest.fixture
def outlet(mailbox, files):
    """Has the shop's address in Liège send through a server: `outlet(server)` returns the account."""

    def connect(server, **facts):
        facts = {"smtp_security": "none", "is_local": True, "login": "liege", "host": "localhost"} | facts
        Mailbox.objects.create(account=mailbox, smtp_host="127.0.0.1", smtp_port=server.port, **facts)
        return mailbox

    return connect


def letter(*people, **facts) -> Outgoing:
    to = [Address(one) for one in people or ["nour@example.org"]]
    return Outgoing(to=to, text="Bonjour", subject="Vélo", external_id="id1@cycles.example", **facts)


@pytest.fixture
def steps():
    return []


def test_a_message_leaves_once_and_a_copy_goes_to_sent(outlet, steps):
    with Scripted() as server:
        delivery = deliver(outlet(server), letter(), steps.append)

    assert delivery.accepted == ["nour@example.org"] and not delivery.refused and not delivery.note
    assert server.senders == ["liege@cycles.example"]
    assert len(server.mails) == 1 and server.mails[0] == delivery.raw
    assert steps == ["data_sent"]
    assert SentCopy.objects.get().raw == delivery.raw


def test_hidden_recipients_receive_it_too(outlet, steps):
    with Scripted() as server:
        deliver(outlet(server), letter(bcc=[Address("alex@cycles.example")]), steps.append)

    assert server.people == ["nour@example.org", "alex@cycles.example"]


def test_lines_of_dots_arrive_whole(outlet, steps):
    outgoing = Outgoing(to=[Address("nour@example.org")], text=".\n..\n.fin", external_id="x@y")
    with Scripted() as server:
        deliver(outlet(server), outgoing, steps.append)

    assert server.mails[0].endswith(b"\r\n\r\n..\r\n...\r\n..fin\r\n")


def test_only_the_refused_recipient_is_told(outlet, steps):
    says = {"RCPT gone@example.org": "550 5.1.1 No such mailbox"}
    with Scripted(**says) as server:
        delivery = deliver(outlet(server), letter("nour@example.org", "gone@example.org"), steps.append)

    assert delivery.accepted == ["nour@example.org"]
    assert delivery.refused == {"gone@example.org": "550 5.1.1 No such mailbox"}
    assert server.people == ["nour@example.org"]


def test_everybody_refused_for_good_is_no_failure_to_repeat(outlet, steps):
    with Scripted(RCPT="550 5.1.1 No such mailbox") as server:
        delivery = deliver(outlet(server), letter(), steps.append)

    assert delivery.accepted == [] and "550" in delivery.refused["nour@example.org"]
    assert steps == [] and not SentCopy.objects.exists()


@pytest.mark.parametrize(
    ("says", "again", "words"),
    [
        ({"": "421 4.7.0 Too many connections"}, True, "Too many connections"),
        ({"": "cut"}, True, "127.0.0.1"),
        ({"EHLO": "cut"}, True, "127.0.0.1"),
        ({"MAIL": "451 4.3.0 Out of sorts"}, True, "Out of sorts"),
        ({"MAIL": "550 5.7.1 Sender not yours"}, False, "Sender not yours"),
        ({"RCPT": "451 4.7.1 Greylisted"}, True, "Greylisted"),
        ({"RCPT": "cut"}, True, "127.0.0.1"),
        ({"DATA": "451 4.3.2 Not now"}, True, "Not now"),
        ({"DATA": "cut"}, True, "127.0.0.1"),
        ({"DATA": "554 5.5.1 No"}, False, "No"),
    ],
)
def test_before_the_message_is_handed_over_nothing_has_left(outlet, steps, says, again, words):
    with Scripted(**says) as server, pytest.raises(SendFailed, match=words) as failure:
        deliver(outlet(server), letter(), steps.append)

    assert failure.value.again is again
    assert steps == [] and server.mails == []


@pytest.mark.parametrize(
    ("answer", "again"),
    [("452 4.3.1 Disk full", True), ("554 5.7.1 Looks like spam", False), ("421 4.3.0 Closing", True)],
)
def test_a_clear_no_after_the_message_is_a_no(outlet, steps, answer, again):
    with Scripted(**{".": answer}) as server, pytest.raises(SendFailed, match=answer[4:]) as failure:
        deliver(outlet(server), letter(), steps.append)

    assert failure.value.again is again
    assert steps == ["data_sent"] and not SentCopy.objects.exists()


def test_a_line_cut_after_the_last_dot_leaves_everybody_uncertain(outlet, steps):
    with Scripted(**{".": "cut"}) as server, pytest.raises(SendUncertain, match=r"127\.0\.0\.1"):
        deliver(outlet(server), letter(), steps.append)

    assert len(server.mails) == 1 and steps == ["data_sent"]


@pytest.mark.parametrize("answer", ["mute", "drip"])
def test_an_answer_that_never_ends_is_not_waited_for(outlet, steps, monkeypatch, answer):
    monkeypatch.setattr(sending, "PATIENCE", 0.4)
    with Scripted(**{".": answer}) as server, pytest.raises(SendUncertain):
        deliver(outlet(server), letter(), steps.append)


@pytest.mark.parametrize("command", ["EHLO", "RCPT"])
def test_a_server_that_drips_before_the_message_is_tried_again_later(outlet, steps, monkeypatch, command):
    monkeypatch.setattr(sending, "PATIENCE", 0.4)
    with Scripted(**{command: "drip"}) as server, pytest.raises(SendFailed) as failure:
        deliver(outlet(server), letter(), steps.append)

    assert failure.value.again and server.mails == []


def test_a_worker_that_lost_its_row_hands_nothing_over(outlet):
    def taken_over(_step):
        raise RuntimeError("somebody else has it")

    with Scripted() as server, pytest.raises(RuntimeError):
        deliver(outlet(server), letter(), taken_over)

    assert server.mails == []


def test_nobody_listening_is_told_in_words(outlet, steps):
    with Scripted() as server:
        account = outlet(server)
    with pytest.raises(SendFailed) as failure:
        deliver(account, letter(), steps.append)

    assert failure.value.again and str(server.port) in failure.value.reason


def test_a_robot_leaves_no_return_address(outlet, steps):
    with Scripted() as server:
        deliver(outlet(server), letter(automatic=True), steps.append)

    assert server.senders == [""]


def test_a_server_that_insists_on_a_return_address_gets_ours(outlet, steps):
    with Scripted(**{"MAIL ": "553 5.1.7 Sender required"}) as server:
        delivery = deliver(outlet(server), letter(automatic=True), steps.append)

    assert server.senders == ["", "liege@cycles.example"] and delivery.accepted


def test_a_message_too_heavy_for_the_server_is_not_sent_at_all(outlet, steps):
    with (
        Scripted(features="250-here\n250 SIZE 300") as server,
        pytest.raises(SendFailed, match=r"MB|Mo") as failure,
    ):
        deliver(outlet(server), letter(), steps.append)

    assert not failure.value.again and server.senders == []


def test_a_wrong_password_keeps_the_mail_and_is_never_shown(outlet, steps):
    says = {"features": "250-here\n250 AUTH PLAIN", "AUTH": "535 5.7.8 Wrong"}
    with Scripted(**says) as server:
        account = outlet(server)
        account.secrets = {"password": "s3cret-é"}
        account.save()
        with pytest.raises(SendFailed, match=r"5\.7\.8 Wrong") as failure:
            deliver(account, letter(), steps.append)

    assert failure.value.again and "s3cret" not in failure.value.reason


def test_a_password_with_accents_opens_the_door(outlet):
    with Scripted(features="250-here\n250 AUTH PLAIN LOGIN") as server:
        account = outlet(server)
        account.secrets = {"password": "vélo"}
        account.save()
        check(account)

    assert len(server.logins) == 1 and server.mails == []


def test_an_accepted_certificate_closes_the_line(outlet, steps, tmp_path):
    context, fingerprint = self_signed(tmp_path)
    features = "250-here\n250 STARTTLS"
    with Scripted(tls=context, features=features, STARTTLS="220 go") as server:
        account = outlet(server, smtp_security="starttls", smtp_fingerprint=fingerprint)
        delivery = deliver(account, letter(), steps.append)

    assert delivery.accepted == ["nour@example.org"]


def test_without_encryption_nothing_is_said(outlet, steps):
    with Scripted() as server, pytest.raises(SendFailed, match=r"127\.0\.0\.1") as failure:
        deliver(outlet(server, smtp_security="starttls"), letter(), steps.append)

    assert failure.value.again and server.senders == []


def test_an_account_without_a_server_goes_through_the_shops_relay(mailbox, files, settings, steps):
    with Scripted() as server:
        settings.SMTP_RELAY = f"smtp://127.0.0.1:{server.port}"
        delivery = deliver(mailbox, letter(), steps.append)

    assert delivery.accepted and server.senders == ["liege@cycles.example"]


@pytest.mark.parametrize(("relay", "words"), [("", "COMPTOIR_SMTP_RELAY"), ("nonsense", "smtp://")])
def test_no_way_out_is_told_in_words_and_the_mail_waits(mailbox, settings, steps, relay, words):
    settings.SMTP_RELAY = relay
    with pytest.raises(SendFailed, match=words) as failure:
        deliver(mailbox, letter(), steps.append)

    assert failure.value.again


def test_accents_before_the_at_need_a_server_that_knows_them(outlet, steps):
    with Scripted(features="250-here\n250 SMTPUTF8") as server:
        deliver(outlet(server), letter("zoé@example.org"), steps.append)
    assert server.people == ["zoé@example.org"]

    Mailbox.objects.all().delete()
    with Scripted() as plain, pytest.raises(SendFailed) as failure:
        deliver(outlet(plain), letter("zoé@example.org"), steps.append)
    assert not failure.value.again
