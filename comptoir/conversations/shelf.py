"""The shelf: saved replies and tags put in order; what is asked, and what a reply would look like."""

from dataclasses import dataclass

import nh3
from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from comptoir.team.models import Member, Store

from .forms import WordsForm, is_written
from .models import SavedReply, Tag
from .models.saved_reply import ALIASES, VARIABLES
from .writing import TAGS


@dataclass
class _Somebody:
    name: str
    first_name: str


@dataclass
class Example:
    """A thread that does not exist, to see a reply filled in."""

    store: Store | str | None

    @property
    def customer(self) -> _Somebody:
        return _Somebody("Nadia Benali", "Nadia")

    @property
    def subject(self) -> str:
        return _("My bike makes a noise")


class SavedReplyForm(forms.ModelForm):
    """A title, for which store, and the words as they were written with or without script."""

    class Meta:
        model = SavedReply
        fields = ["title", "store"]
        error_messages = {"title": {"required": gettext_lazy("Give it a title to find it by.")}}

    def __init__(self, data=None, *, instance: SavedReply, member: Member):
        super().__init__(data, instance=instance)
        self.words = WordsForm(data)
        self.fields["store"].queryset = stores_of(member)
        self.fields["store"].empty_label = _("Every store")

    def clean(self) -> dict:
        told = super().clean()
        self.instance.html = self.html
        if not is_written(self.html):
            raise ValidationError(_("Write something first."))
        return told

    @property
    def html(self) -> str:
        """What was written, harmless; of a form not filled in yet, what is kept."""
        if not self.is_bound:
            return self.instance.html
        body = self.words.cleaned_data["body"] if self.words.is_valid() else ""
        return nh3.clean(body, tags=TAGS, attributes={"a": {"href"}})


class TagForm(forms.ModelForm):
    """A tag's name; one that another tag has already is refused, whatever its capitals."""

    class Meta:
        model = Tag
        fields = ["name"]
        error_messages = {"name": {"required": gettext_lazy("Write the tag’s name.")}}

    twin: Tag | None = None

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        twin = Tag.objects.named(name)
        if twin and twin.pk != self.instance.pk:
            self.twin = twin
            raise ValidationError(_("There is a tag “%(name)s” already."), params={"name": twin.name})
        return name

    def validate_unique(self) -> None:
        """Asked above, in the shop's words."""


def stores_of(member: Member):
    return Store.objects.all() if member.sees_everything else member.stores.all()


def places(member: Member) -> list[dict]:
    """What can stand between braces, in the reader's language, and what it becomes."""
    example = example_for(member)
    labels = {
        "prénom": _("the customer’s first name"),
        "nom": _("the customer’s whole name"),
        "boutique": _("the store that has the thread"),
        "sujet": _("the thread’s subject"),
        "moi": _("the first name of who answers"),
    }
    english = {french: name for name, french in ALIASES.items()}
    speaks_french = str(get_language() or "").startswith("fr")
    return [
        {
            "written": f"{{{name if speaks_french else english[name]}}}",
            "label": labels[name],
            "example": tell(example, member),
        }
        for name, tell in VARIABLES.items()
    ]


def example_for(member: Member, store: Store | None = None) -> Example:
    return Example(store or stores_of(member).first() or _("the store"))


def preview(reply: SavedReply, member: Member) -> SafeString:
    """The reply as a customer would read it; cleaned once more, since it is shown as it is."""
    filled = reply.fill(example_for(member, reply.store), member)
    return mark_safe(nh3.clean(filled, tags=TAGS, attributes={"a": {"href"}}))
