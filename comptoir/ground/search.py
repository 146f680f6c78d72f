"""Search: one thin door over SQLite's FTS5 and PostgreSQL's tsvector. Accents, prefixes, French stems."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, partial

import Stemmer
from django.db import connection

from .models.search_text import SearchText

LONGEST = 60_000  # characters of one thing that are searchable
WORD = re.compile(r"[^\W_]+", re.UNICODE)
SHORTEST_BEGINNING = 2  # letters; the index knows the beginnings of words from there on
_ORDER_BITS = 21  # ids: milliseconds since 1970 above, chance below

_stemmer = Stemmer.Stemmer("french")


def keep(
    kind: str, subject: int, *texts: str, at: datetime, group: int | None = None, is_new: bool = False
) -> None:
    """Makes one thing searchable, in the caller's transaction; replaces what was known of it."""
    if not is_new:
        forget(kind, subject)
    _row(kind, subject, *texts, at=at, group=group).save(force_insert=True)


def keep_all(kind: str, things: Iterable[tuple[int, datetime, int | None, tuple[str, ...]]]) -> None:
    """Makes many new things searchable at once: (subject, at, group, texts) each."""
    rows = (_row(kind, subject, *texts, at=at, group=group) for subject, at, group, texts in things)
    SearchText.objects.bulk_create(rows, batch_size=500)


def forget(kind: str, subject: int) -> None:
    SearchText.objects.filter(kind=kind, subject=subject).delete()


def find(
    query: str, *, kind: str, count: int, before: int | None = None
) -> list[tuple[int, int, int | None]]:
    """Things that hold every word of `query`, newest first; the last word may be a beginning.

    Whole words come first: a common one fills the page at once, and only rare ones are worth looking for as
    beginnings. Returns at most `count` of (id, subject, group); pass the last id as `before` for the next page.
    """
    terms = [fold(word) for word in WORD.findall(query)][:12]
    if not terms:
        return []
    ask = partial(_ask, terms, kind, before or 2**63 - 1, count)
    found = ask(is_beginning=False)
    is_whole = len(found) == count or len(terms[-1]) < SHORTEST_BEGINNING
    return found if is_whole else ask(is_beginning=True)


def _ask(terms: list[str], kind: str, before: int, count: int, *, is_beginning: bool) -> list[tuple]:
    say = _in_tsquery if connection.vendor == "postgresql" else _in_fts5
    last = len(terms) - 1
    wanted = [say(term, is_beginning=is_beginning and n == last) for n, term in enumerate(terms)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL, [" & ".join([*wanted, f"{_mark(kind)}:B"]), before, count])
        else:
            cursor.execute(SQLITE, [" AND ".join([*wanted, f"stems : {_mark(kind)}"]), before, count])
        return cursor.fetchall()


POSTGRESQL = """SELECT id, subject, "group" FROM ground_searchtext
    WHERE found @@ %s::tsquery AND id < %s ORDER BY id DESC LIMIT %s"""
SQLITE = """SELECT s.id, s.subject, s."group" FROM ground_searchindex f JOIN ground_searchtext s ON s.id = f.rowid
    WHERE f.ground_searchindex MATCH %s AND f.rowid < %s ORDER BY f.rowid DESC LIMIT %s"""


def _in_tsquery(term: str, *, is_beginning: bool) -> str:
    return f"('{term}':{'*' if is_beginning else ''}A | '{stem(term)}':B)"


def _in_fts5(term: str, *, is_beginning: bool) -> str:
    return f'(words : "{term}" {"*" if is_beginning else ""} OR stems : "{stem(term)}")'


def _mark(kind: str) -> str:
    """A word that only things of this kind hold: the index alone tells customers from messages."""
    return f"kind0{kind}"


def _row(kind: str, subject: int, *texts: str, at: datetime, group: int | None) -> SearchText:
    words = [word for text in texts for word in _words(text[:LONGEST])]
    return SearchText(
        id=_ordered_id(at),
        kind=kind,
        subject=subject,
        group=group,
        words=" ".join(dict.fromkeys(words)),
        stems=" ".join([_mark(kind), *dict.fromkeys(stem(word) for word in words)]),
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


def _ordered_id(at: datetime) -> int:
    """Grows with the moment, whatever order things come in. Two of one millisecond differ by chance; should
    they not (once in two million), the row is refused, and whoever tries again draws another number."""
    return max(int(at.timestamp() * 1000), 0) << _ORDER_BITS | secrets.randbits(_ORDER_BITS)
