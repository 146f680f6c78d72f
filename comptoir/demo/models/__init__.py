from .postbag import Postbag

__all__ = ["Postbag"]
