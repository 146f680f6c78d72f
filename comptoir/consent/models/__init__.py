from .departure import Departure, State

__all__ = ["Departure", "State"]
