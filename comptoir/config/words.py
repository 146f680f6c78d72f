"""The command line's own words, French or English by the terminal's locale; works before anything is set up."""

import argparse
import gettext
import os
from pathlib import Path

from comptoir.ground.catalogs import compile_stale

HERE = Path(__file__).parent
_catalog: gettext.NullTranslations = gettext.NullTranslations()


def speak() -> str:
    """Chooses the language once, at start; returns it ("fr" or "en")."""
    global _catalog
    language = _wanted()
    compile_stale(HERE)
    _catalog = gettext.translation("django", HERE / "locale", languages=[language], fallback=True)
    argparse._ = _catalog.gettext  # its own few words: “usage”, “options”, its errors
    argparse.ngettext = _catalog.ngettext
    return language


def say(sentence: str, **names) -> str:
    """One sentence in the reader's language. Mark its English with `say("…")`: it is extracted from there."""
    translated = _catalog.gettext(sentence)
    return translated % names if names else translated


def _wanted() -> str:
    for name in ("COMPTOIR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value and value.split(".")[0] not in ("C", "POSIX"):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def _argparse_says() -> None:
    """Never called: names argparse's own sentences, so that they are extracted and translated with ours."""
    say("usage: ")
    say("options")
    say("positional arguments")
    say("show this help message and exit")
    say("show program's version number and exit")
    say("%(prog)s: error: %(message)s\n")
    say("the following arguments are required: %s")
    say("unrecognized arguments: %s")
    say("expected one argument")
    say("argument %(argument_name)s: %(message)s")
    say("invalid %(type)s value: %(value)r")
    say("invalid choice: %(value)r (choose from %(choices)s)")
