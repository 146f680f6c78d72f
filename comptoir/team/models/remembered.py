"""What all processes must remember together for a while: chiefly how often a door was tried in vain."""

from django.db import models


class Remembered(models.Model):
    """The table behind Django's database cache; nothing in it outlives its `expires`."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "team_remembered"

    def __str__(self) -> str:
        return self.cache_key
