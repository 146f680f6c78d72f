"""The forms of the team: whom to invite, and what somebody may do."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Invitation, Member, Store

STORES_HELP = _(
    "An agent with stores sees their threads, and those of no store. With none, they help everywhere."
)


class _WithRoleAndStores(forms.ModelForm):
    """`by` may only give the roles they are entitled to give."""

    def __init__(self, by: Member, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = by.grantable_roles
        self.fields["stores"].queryset = Store.objects.all()
        self.fields["stores"].help_text = STORES_HELP
        if not Store.objects.exists():
            del self.fields["stores"]


class InvitationForm(_WithRoleAndStores):
    class Meta:
        model = Invitation
        fields = ["email", "role", "stores"]
        widgets = {"stores": forms.CheckboxSelectMultiple, "role": forms.RadioSelect}
        help_texts = {"email": _("Only to remember whom the link is for: nothing is sent.")}

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if email and Member.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody already signs in with this address."))
        return email


class MemberForm(_WithRoleAndStores):
    class Meta:
        model = Member
        fields = ["role", "stores"]
        widgets = {"stores": forms.CheckboxSelectMultiple, "role": forms.RadioSelect}
