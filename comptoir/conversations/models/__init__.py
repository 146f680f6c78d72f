from .assignment import Assignment
from .attachment import Attachment
from .closure import Closure
from .draft import Draft
from .message import Kind, Message
from .participant import Participant
from .saved_reply import SavedReply
from .snooze import Snooze
from .tag import Tag
from .thread import State, Thread, Turn

__all__ = [
    "Assignment",
    "Attachment",
    "Closure",
    "Draft",
    "Kind",
    "Message",
    "Participant",
    "SavedReply",
    "Snooze",
    "State",
    "Tag",
    "Thread",
    "Turn",
]
