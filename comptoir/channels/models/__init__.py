from .account import Account
from .receipt import Arrival, Origin, Receipt

__all__ = ["Account", "Arrival", "Origin", "Receipt"]
