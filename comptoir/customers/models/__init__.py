from .company import Company
from .customer import Customer
from .handle import Handle, HandleTaken
from .matter import Matter
from .merger import Merger, MovedRows

__all__ = ["Company", "Customer", "Handle", "HandleTaken", "Matter", "Merger", "MovedRows"]
