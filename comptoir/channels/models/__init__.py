from .account import Account
from .receipt import Origin, Receipt

__all__ = ["Account", "Origin", "Receipt"]
