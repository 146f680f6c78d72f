"""The home folder: everything one business owns on this machine, in one place that can be copied."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from .environment import BadSetting
from .words import say


class Home:
    """`COMPTOIR_HOME`: the database, the files, the keys. Made at first use, closed to other users of the machine."""

    def __init__(self, path: Path):
        self.path = path
        self.files = path / "files"
        try:
            self.files.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
        except OSError as error:
            raise BadSetting(
                say("The folder %(path)s cannot be written: %(reason)s.", path=path, reason=error.strerror)
            ) from error

    def secret(self, name: str) -> str:
        """The secret kept in the file `name`, made at first use, readable by its owner alone."""
        path = self.path / name
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip() or self._refuse(path)
        except OSError as error:
            raise BadSetting(
                say("The file %(path)s cannot be written: %(reason)s.", path=path, reason=error.strerror)
            ) from error
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        return path.read_text().strip()

    def _refuse(self, path: Path) -> str:
        raise BadSetting(
            f"The key file {path} is empty: put its copy back, without it nothing sealed can be read."
        )

    def object_storage(self, url: str) -> dict:
        """Django storage settings for `s3://key:secret@host/bucket?region=…` or `s3://bucket`."""
        parts = urlsplit(url)
        if parts.scheme != "s3":
            raise BadSetting(say("STORAGE_URL must look like s3://key:secret@host/bucket."))
        options = {"bucket_name": parts.path.strip("/") or parts.hostname}
        if parts.path.strip("/"):
            options["endpoint_url"] = f"https://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        if parts.username:
            options |= {"access_key": parts.username, "secret_key": parts.password}
        if region := parse_qs(parts.query).get("region"):
            options["region_name"] = region[0]
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | {"file_overwrite": False}}
