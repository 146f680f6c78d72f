"""Names as they are compared: without capitals or accents."""

from django.db import models

from comptoir.ground import search


class FoldedField(models.CharField):
    """Another field's words, folded each time the row is written, alone or among many."""

    def __init__(self, *args, of: str = "name", **how):
        self.of = of
        super().__init__(*args, **{"editable": False, "max_length": 250} | how)

    def deconstruct(self):
        name, path, args, how = super().deconstruct()
        return name, path, args, how | {"of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        folded = folded_name(getattr(instance, self.of))[: self.max_length]
        setattr(instance, self.attname, folded)
        return folded


def folded_name(name: str) -> str:
    return search.fold(" ".join(name.split()))
