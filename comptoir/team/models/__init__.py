from .member import Member, Role
from .store import Store

__all__ = ["Member", "Role", "Store"]
