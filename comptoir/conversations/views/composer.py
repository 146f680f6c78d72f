"""The composer: what a member is writing in a thread, to whom, from which address; kept as a draft."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from comptoir.channels.models import Account
from comptoir.team.models import Member

from ..forms import as_html
from ..listing import Listing
from ..models import Attachment, Draft, Message, SavedReply, Thread
from ..writing import as_text, default_recipients, sign

KINDS = ("reply", "note", "forward")


@dataclass
class Composer:
    """One way of writing ("reply", "note", "forward" or "new"), with the draft kept so far."""

    kind: str
    member: Member
    thread: Thread | None = None
    form: object = None
    opened: bool = False
    error: str = ""
    listing: Listing | None = field(default=None, repr=False)
    recent: Callable[[], list[Message]] = field(default=list, repr=False)

    @classmethod
    def of(cls, request: HttpRequest, thread: Thread, *, kind: str = "", **how) -> "Composer":
        asked = kind or request.GET.get("write", "")
        kind = asked if asked in KINDS else "reply"
        how.setdefault("opened", bool(asked))
        return cls(kind, request.member, thread, listing=Listing.beside(request), **how)

    # --- where it goes ----------------------------------------------------------------------------
    @property
    def id(self) -> str:
        return f"composer-{self.thread.pk if self.thread else 'new'}"

    @property
    def action(self) -> str:
        if self.thread is None:
            return reverse("conversations:new")
        return reverse(f"conversations:{self.kind}", args=[self.thread.pk])

    @property
    def draft_url(self) -> str:
        if self.thread is None:
            return reverse("conversations:new-draft")
        return reverse("conversations:draft", args=[self.thread.pk])

    @property
    def upload_url(self) -> str:
        if self.thread is None:
            return reverse("conversations:new-attachments")
        return reverse("conversations:attachments", args=[self.thread.pk])

    # --- what is in it ----------------------------------------------------------------------------
    @cached_property
    def draft(self) -> Draft | None:
        drafts = Draft.objects.prefetch_related("attachments")
        return drafts.filter(thread=self.thread, member=self.member, kind=self.kind).first()

    @property
    def is_note(self) -> bool:
        return self.kind == "note"

    @property
    def html(self) -> str:
        if self.form is not None:
            return self.form.cleaned_data.get("body", "") if hasattr(self.form, "cleaned_data") else ""
        if self.draft is None and self.kind == "forward" and self.last_heard:
            return forwarded(self.last_heard)
        return self.draft.html if self.draft else ""

    @cached_property
    def last_heard(self) -> Message | None:
        """The customer's last message, among those on the screen if it is there."""
        for message in reversed(self.recent()):
            if message.is_inbound and not message.is_stranger:
                return message
        heard = self.thread.messages.filter(kind="inbound", is_stranger=False)
        return heard.select_related("receipt__account").order_by("-at", "-pk").first()

    @property
    def heard_files(self) -> list[Attachment]:
        """Files of the customer's last message, that a forward may take along."""
        return list(self.last_heard.attachments.all()) if self.kind == "forward" and self.last_heard else []

    @property
    def text(self) -> str:
        """The same without its clothes, for a page without script."""
        return as_text(self.html)

    @property
    def files(self) -> list[Attachment]:
        return list(self.draft.attachments.all()) if self.draft else []

    def _written(self, name: str) -> str | None:
        if self.form is not None:
            return self.form.data.get(name, "")
        return getattr(self.draft, name) if self.draft else None

    @cached_property
    def to(self) -> str:
        written = self._written("to")
        if written is None and self.kind == "reply":
            return ", ".join(str(one) for one in default_recipients(self.thread, self.last_heard))
        return written or ""

    @property
    def cc(self) -> str:
        written = self._written("cc")
        return self._others_in_copy if written is None and self.kind == "reply" else written or ""

    @property
    def bcc(self) -> str:
        return self._written("bcc") or ""

    @property
    def subject(self) -> str:
        written = self._written("subject")
        if written is None and self.kind == "forward":
            return (
                f"Tr: {self.thread.subject}"
                if self.member.language == "fr"
                else f"Fwd: {self.thread.subject}"
            )
        return written or ""

    @property
    def _others_in_copy(self) -> str:
        """Whoever stood in copy of the customer's last letter stays in copy."""
        last = self.last_heard
        ours = self.thread.account.address.lower()
        return ", ".join(str(one) for one in last.cc_addresses if one.value.lower() != ours) if last else ""

    @property
    def signature(self) -> str:
        """What is added under the message when it leaves."""
        if self.is_note or self.thread is None:
            return ""
        return as_text(sign("", self.thread.account, self.member)).removeprefix("--").strip()

    @cached_property
    def warnings(self) -> list[str]:
        """Said before the first send of an address, and no more once something has left by it."""
        if self.is_note or self.thread is None:
            return []
        account = self.thread.account
        return [] if account.departures.sent().exists() else account.warnings

    # --- what helps ---------------------------------------------------------------------------------
    @cached_property
    def saved_replies(self) -> list[SavedReply]:
        if self.is_note or self.thread is None:
            return []
        return list(SavedReply.objects.fitting(self.thread, self.member)[:100])

    @cached_property
    def accounts(self) -> list[Account]:
        return [one for one in Account.objects.open() if one.channel.has_subject]

    @property
    def errors(self) -> list[str]:
        if self.error:
            return [self.error]
        return [str(one) for errors in self.form.errors.values() for one in errors] if self.form else []

    @property
    def begins(self) -> bool:
        """Whether one writes at once: not before it is said to whom."""
        return self.opened and bool(self.is_note or self.to)

    @property
    def people(self) -> list[tuple[str, str, str]]:
        """The lines of addresses: name, label, what is in it."""
        return [("to", _("To"), self.to), ("cc", _("Cc"), self.cc), ("bcc", _("Bcc"), self.bcc)]

    @property
    def writing_key(self) -> str:
        """The key that takes one here."""
        return "n" if self.is_note else "r"

    @property
    def writing_label(self) -> str:
        return _("Write a note") if self.is_note else _("Answer")

    @property
    def placeholder(self) -> str:
        if self.is_note:
            return _("A word for colleagues. The customer does not see it.")
        if self.kind == "forward":
            return _("A word for the person you send it to.")
        name = self.thread.customer.first_name if self.thread else ""
        return _("Answer %(name)s…") % {"name": name} if name else _("Write your message…")


def forwarded(message: Message) -> str:
    """What a forward says under one's own words: who wrote, when, and what."""
    head = _("%(who)s wrote on %(when)s:") % {
        "who": message.author_name,
        "when": date_format(localtime(message.at), "DATETIME_FORMAT"),
    }
    return f"<p>{escape(head)}</p><blockquote>{as_html(message.text)}</blockquote>"
