"""The demo's only work: a letter now and then."""

from comptoir.ground.work import works

from . import arrivals
from .models import Postbag


@works(Postbag, batch=1)
def bring(postbag: Postbag) -> None:
    arrivals.bring(postbag)
