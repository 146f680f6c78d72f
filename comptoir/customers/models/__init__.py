from .company import Company
from .customer import Customer
from .handle import Handle
from .matter import Matter

__all__ = ["Company", "Customer", "Handle", "Matter"]
