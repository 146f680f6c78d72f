from .chore import Chore
from .due import Due
from .event import Event

__all__ = ["Chore", "Due", "Event"]
