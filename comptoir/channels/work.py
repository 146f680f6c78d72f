"""The door's work: each receipt is read and filed."""

from datetime import timedelta

from comptoir.ground.work import works

from .models import Receipt


@works(Receipt, batch=20, lease=timedelta(minutes=3), tries=3)
def file(receipt: Receipt) -> None:
    receipt.file()
