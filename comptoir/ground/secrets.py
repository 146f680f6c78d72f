"""Secrets at rest: passwords of mailboxes and keys of gateways, sealed with the home folder's key."""

import base64
import hashlib
import json

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


class SecretUnreadable(Exception):
    """The key that sealed this secret is not the one in use now: it must be typed again."""


def _fernet() -> Fernet:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"comptoir-seal").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(value) -> str:
    return _fernet().encrypt(json.dumps(value).encode()).decode()


def unseal(sealed: str):
    try:
        return json.loads(_fernet().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SecretUnreadable("sealed with another key") from error


class SealedField(models.TextField):
    """A JSON value that the database, its backups and its logs hold only in sealed form."""

    def from_db_value(self, value, expression, connection):
        return unseal(value) if value else {}

    def to_python(self, value):
        return value

    def get_prep_value(self, value):
        return seal(value) if value else ""
