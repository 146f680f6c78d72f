from .alignment import Alignment
from .folder import Folder, Role
from .mailbox import Auth, History, Mailbox, Security
from .oauth_client import OAuthClient
from .reconciliation import Reconciliation
from .sent_copy import SentCopy
from .sighting import Sighting

__all__ = [
    "Alignment",
    "Auth",
    "Folder",
    "History",
    "Mailbox",
    "OAuthClient",
    "Reconciliation",
    "Role",
    "Security",
    "SentCopy",
    "Sighting",
]
