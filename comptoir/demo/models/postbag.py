"""The postbag: a few letters that arrive while a visitor looks, so that the shop is seen living."""

from django.db import models

from comptoir.ground import clock
from comptoir.ground.models import Due


class Postbag(Due):
    """One per demo; `brought` letters of `content/arrivals.toml` have come in since it was planted."""

    brought = models.PositiveSmallIntegerField(default=0)
    planted_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.brought} letters brought"
