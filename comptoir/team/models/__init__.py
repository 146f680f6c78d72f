from .audit import Act, AuditEntry
from .business import Business
from .invitation import AlreadyOpen, Invitation
from .member import LastOwner, Member, Role
from .opening import ExceptionalDay
from .remembered import Remembered
from .sign_in_link import SignInLink
from .store import Store
from .visit import Visit

__all__ = [
    "Act",
    "AlreadyOpen",
    "AuditEntry",
    "Business",
    "ExceptionalDay",
    "Invitation",
    "LastOwner",
    "Member",
    "Remembered",
    "Role",
    "SignInLink",
    "Store",
    "Visit",
]
