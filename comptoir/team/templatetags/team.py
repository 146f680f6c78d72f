"""What the sign-in pages ask before they know anybody."""

from django import template

from .. import visitors
from ..models import Member

register = template.Library()


@register.simple_tag
def shop_is_open() -> bool:
    """Whether somebody owns this shop yet."""
    return Member.objects.owners().exists()


@register.simple_tag(takes_context=True)
def why_no_passkeys(context) -> str:
    """ "" when passkeys work on this page, else what stands in the way."""
    return visitors.why_no_passkeys(context["request"])
