from .chore import Chore
from .due import Due
from .event import Event
from .search_text import SearchText

__all__ = ["Chore", "Due", "Event", "SearchText"]
