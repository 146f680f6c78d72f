"""Where the rows live: SQLite in the home folder, or PostgreSQL when DATABASE_URL names one."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .environment import BadSetting
from .words import say

# synchronous=FULL: with NORMAL a power cut may take back commits already acknowledged (sqlite.org/wal.html).
SQLITE_PRAGMAS = """
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=FULL;
    PRAGMA temp_store=MEMORY;
    PRAGMA cache_size=-4000;
    PRAGMA secure_delete=FAST;
"""


def sqlite(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        "TEST": {"NAME": None},
    }


def postgresql(url: str) -> dict:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise BadSetting(say("DATABASE_URL must look like postgres://user:password@host:5432/name."))
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise BadSetting(say("DATABASE_URL names PostgreSQL: install comptoir[postgres] first.")) from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def from_url(url: str, home: Path) -> dict:
    return postgresql(url) if url else sqlite(home / "comptoir.sqlite3")
