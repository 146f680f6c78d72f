"""Forms: what is asked before a verb is done, and the sentences said when it cannot be."""

import re
from email.utils import getaddresses

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from comptoir.channels.envelope import Address
from comptoir.channels.models import Account
from comptoir.ground import clock
from comptoir.team.models import Member, Store

from .pauses import offered

MOST_RECIPIENTS = 50


class AddressesField(forms.CharField):
    """E-mail addresses between commas, with or without names."""

    def __init__(self, **how):
        super().__init__(max_length=2000, required=how.pop("required", False), **how)

    def clean(self, value) -> list[Address]:
        text = super().clean(value)
        pairs = parsed(text)
        if text.strip(" ,;\n") and not pairs:
            raise self._refusal(text)
        return [self._address(name, found) for name, found in pairs]

    def _address(self, name: str, found: str) -> Address:
        try:
            validate_email(found)
        except ValidationError:
            raise self._refusal(found or name) from None
        return Address(found, name)

    def _refusal(self, what: str) -> ValidationError:
        return ValidationError(_("“%(what)s” is not an e-mail address."), params={"what": what})


def parsed(text: str) -> list[tuple[str, str]]:
    """(name, address) pairs, each address once."""
    pairs = getaddresses([re.sub(r"[;\n]", ",", text)])
    return list({found.lower(): (name, found) for name, found in pairs if found or name}.values())


class WordsForm(forms.Form):
    """What is being written: plain text without script, HTML with it."""

    body = forms.CharField(required=False, max_length=200_000, strip=False)
    body_format = forms.CharField(required=False)

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        is_html = self.data.get("body_format") == "html"
        return body if is_html else as_html(body)


class NoteForm(WordsForm):
    def clean(self) -> dict:
        words = super().clean()
        if not is_written(words.get("body", "")):
            raise ValidationError(_("Write something first."))
        return words


class ReplyForm(NoteForm):
    to = AddressesField()
    cc = AddressesField()
    bcc = AddressesField()

    def clean(self) -> dict:
        words = super().clean()
        people = sum(len(words.get(name) or []) for name in ("to", "cc", "bcc"))
        if people > MOST_RECIPIENTS:
            raise ValidationError(
                _("That is %(count)s people: write to %(most)s at most."),
                params={"count": people, "most": MOST_RECIPIENTS},
            )
        return words


class ForwardForm(ReplyForm):
    to = AddressesField(required=True, error_messages={"required": _("Say whom to send it to.")})
    subject = forms.CharField(required=False, max_length=300)

    def clean(self) -> dict:
        return super(NoteForm, self).clean()


class NewForm(ReplyForm):
    account = forms.ModelChoiceField(
        Account.objects.open(),
        empty_label=None,
        error_messages={"required": _("Choose the mailbox it leaves from.")},
    )
    to = AddressesField(required=True, error_messages={"required": _("Say whom to send it to.")})
    subject = forms.CharField(
        max_length=300, error_messages={"required": _("Give it a subject, so that it is opened.")}
    )


class SnoozeForm(forms.Form):
    """A pause by its name, or until a moment of one's own."""

    pause = forms.CharField(required=False)
    until = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"],
        error_messages={"invalid": _("That is not a date.")},
    )

    def clean(self) -> dict:
        named = {pause.name: pause.until for pause in offered()}
        until = named.get(self.cleaned_data.get("pause", "")) or self.cleaned_data.get("until")
        if not self.errors and until is None:
            raise ValidationError(_("Say until when."))
        if until and until <= clock.now():
            raise ValidationError(_("That moment is past: choose a later one."))
        return {"until": until}


class AssignmentForm(forms.Form):
    to = forms.ModelChoiceField(Member.objects.filter(is_active=True), required=False)


class StoreForm(forms.Form):
    store = forms.ModelChoiceField(Store.objects.all(), required=False)


class TagForm(forms.Form):
    name = forms.CharField(max_length=40, error_messages={"required": _("Write the tag’s name.")})


class SubjectForm(forms.Form):
    subject = forms.CharField(max_length=300, error_messages={"required": _("Write a subject.")})


class UploadForm(forms.Form):
    file = forms.FileField(
        allow_empty_file=False,
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )


def as_html(text: str) -> str:
    """Plain words as simple HTML: a blank line begins a paragraph."""
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def is_written(html: str) -> bool:
    return bool(re.sub(r"<[^>]+>|&nbsp;|\s", "", html))
