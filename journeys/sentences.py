"""The sentences of the interface, in both languages, from the catalogues that every app carries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polib

import comptoir

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
TYPOGRAPHY = str.maketrans({"’": "'", "«": '"', "»": '"', "\u00a0": " ", "\u202f": " "})


@dataclass
class Language:
    """What may be read in one language: whole sentences, and those in which something is filled in."""

    whole: set[str]
    filled: re.Pattern

    @classmethod
    def of(cls, sentences: Iterable[str]) -> "Language":
        known = {plain(one) for one in sentences if letters(one) > 3}
        with_gaps = sorted(one for one in known if PLACEHOLDER.search(one))
        filled = "|".join(".+".join(map(re.escape, PLACEHOLDER.split(one))) for one in with_gaps)
        return cls(known, re.compile(f"(?:{filled})", re.DOTALL))

    def __contains__(self, words: str) -> bool:
        return plain(words) in self.whole or bool(self.filled.fullmatch(plain(words)))


def plain(text: str) -> str:
    """The same words without their typography."""
    text = re.sub(r"\s+", " ", text.translate(TYPOGRAPHY)).replace("...", "…").strip()
    return text.replace('" ', '"').replace(' "', '"')


def letters(text: str) -> int:
    return sum(map(str.isalpha, PLACEHOLDER.sub("", text)))


def entries() -> list[polib.POEntry]:
    """Those that differ from one language to the other."""
    catalogs = sorted(Path(comptoir.__file__).parent.rglob("locale/fr/**/django.po"))
    known = [entry for path in catalogs for entry in polib.pofile(str(path))]
    return [entry for entry in known if entry.msgid not in (entry.msgstr, entry.msgstr_plural.get(0))]


ENGLISH = Language.of(words for entry in entries() for words in (entry.msgid, entry.msgid_plural))
FRENCH = Language.of(words for entry in entries() for words in (entry.msgstr, *entry.msgstr_plural.values()))


def is_left_in_english(words: str) -> bool:
    return words in ENGLISH and words not in FRENCH


def is_whole_french(words: str) -> bool:
    """A sentence of ours with nothing of anybody's filled in."""
    return plain(words) in FRENCH.whole
