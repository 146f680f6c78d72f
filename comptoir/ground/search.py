"""Search: one thin door over SQLite's FTS5 and PostgreSQL's tsvector. Accents, prefixes, French stems."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from itertools import islice

import Stemmer
from django.db import connection

from .models.search_text import SearchText

LONGEST = 60_000  # characters of one thing that are searchable
WORD = re.compile(r"[^\W_]+", re.UNICODE)
_ORDER_BITS = 21  # ids: milliseconds since 1970 above, the row's own id below

_stemmer = Stemmer.Stemmer("french")


def keep(
    kind: str, subject: int, *texts: str, at: datetime, group: int | None = None, is_new: bool = False
) -> None:
    """Makes one thing searchable, in the caller's transaction; replaces what was known of it."""
    if not is_new:
        forget(kind, subject)
    _row(kind, subject, *texts, at=at, group=group, taken=_is_taken).save(force_insert=True)


def keep_all(kind: str, things: Iterable[tuple[int, datetime, int | None, tuple[str, ...]]]) -> None:
    """Makes many new things searchable at once: (subject, at, group, texts) each."""
    rows: dict[int, SearchText] = {}
    for subject, at, group, texts in things:
        row = _row(kind, subject, *texts, at=at, group=group, taken=lambda wanted: wanted in rows)
        rows[row.pk] = row
    for row in SearchText.objects.in_bulk(rows).values():
        moved = rows.pop(row.pk)
        moved.pk = _free_id(row.pk, lambda wanted: wanted in rows or _is_taken(wanted))
        rows[moved.pk] = moved
    SearchText.objects.bulk_create(rows.values(), batch_size=500)


def forget(kind: str, subject: int) -> None:
    SearchText.objects.filter(kind=kind, subject=subject).delete()


def find(
    query: str, *, kind: str, count: int, before: int | None = None
) -> list[tuple[int, int, int | None]]:
    """Things that hold every word of `query` (last word: also as a beginning), newest first.

    Returns at most `count` of (id, subject, group); pass the last id as `before` for the next page.
    """
    terms = [fold(word) for word in WORD.findall(query)][:12]
    if not terms:
        return []
    sql, arguments = _statement(terms)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*arguments, kind, before or 2**63 - 1, count])
        return list(islice(cursor.fetchall(), count))


def _statement(terms: list[str]) -> tuple[str, list]:
    if connection.vendor == "postgresql":
        wanted = " & ".join(f"('{term}':*A | '{stem(term)}':B)" for term in terms)
        return (
            'SELECT id, subject, "group" FROM ground_searchtext'
            " WHERE found @@ %s::tsquery AND kind = %s AND id < %s ORDER BY id DESC LIMIT %s",
            [wanted],
        )
    wanted = " AND ".join(f'(words : "{term}" * OR stems : "{stem(term)}")' for term in terms)
    return (
        'SELECT s.id, s.subject, s."group" FROM ground_searchindex f JOIN ground_searchtext s ON s.id = f.rowid'
        " WHERE f.ground_searchindex MATCH %s AND s.kind = %s AND f.rowid < %s ORDER BY f.rowid DESC LIMIT %s",
        [wanted],
    )


def _row(kind: str, subject: int, *texts: str, at: datetime, group: int | None, taken) -> SearchText:
    words = [word for text in texts for word in _words(text[:LONGEST])]
    return SearchText(
        id=_free_id(_ordered_id(at, subject), taken),
        kind=kind,
        subject=subject,
        group=group,
        words=" ".join(dict.fromkeys(words)),
        stems=" ".join(dict.fromkeys(stem(word) for word in words)),
    )


def _words(text: str) -> list[str]:
    return [fold(word) for word in WORD.findall(text) if len(word) <= 60]


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case, without accents or ligatures: « Œuvre » and « oeuvre » meet."""
    word = word.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The French stem (Snowball) of a folded word; folded again, since accents may be missing anyway."""
    return fold(_stemmer.stemWord(word))


def _ordered_id(at: datetime, subject: int) -> int:
    """Unique per (moment, subject), and growing with the moment, whatever order things came in."""
    moment = max(int(at.timestamp() * 1000), 0)
    return (moment << _ORDER_BITS) | (subject % (1 << _ORDER_BITS))


def _free_id(wanted: int, taken: Callable[[int], bool]) -> int:
    while taken(wanted):
        wanted += 1
    return wanted


def _is_taken(wanted: int) -> bool:
    return SearchText.objects.filter(pk=wanted).exists()
