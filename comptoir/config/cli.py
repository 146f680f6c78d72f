"""The `comptoir` command: each act of running the shop's machine, in words."""

import argparse
import gc
import os
import sys
from pathlib import Path

from . import words
from .environment import BadSetting
from .words import say


class Refused(Exception):
    """A command that cannot be done: one sentence for the person, exit status 1."""


def main(arguments: list[str] | None = None) -> None:
    """Runs one command; whatever goes wrong foreseeably is one sentence and a non-zero status."""
    language = words.speak()
    chosen = _parser().parse_args(arguments)
    _prepare_settings(chosen)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    try:
        sys.exit(_run(chosen, language))
    except Refused as refusal:
        _stop(str(refusal), 1)
    except BadSetting as nonsense:
        _stop(nonsense.sentence, 2)
    except KeyboardInterrupt:
        _stop(say("Stopped."), 130)


def _run(chosen: argparse.Namespace, language: str) -> int:
    from .commands import load

    command = load(chosen.command)
    if getattr(command, "NEEDS_DJANGO", True):
        _wake_django(language)
    return command.run(chosen) or 0


def _wake_django(language: str) -> None:
    import django
    from django.conf import settings
    from django.utils import translation

    from comptoir.ground.catalogs import compile_stale

    compile_stale(Path(settings.PACKAGE))
    gc.disable()  # a tenth of the start goes into looking for garbage where there is none yet
    django.setup()
    gc.enable()
    translation.activate(language)


def _parser() -> argparse.ArgumentParser:
    from .commands import COMMANDS

    parser = argparse.ArgumentParser(
        prog="comptoir", description=say("The counter where a small business welcomes its customers.")
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", metavar=say("COMMAND"), required=True)
    for name, (summary, options) in COMMANDS.items():
        one = commands.add_parser(name, help=summary, description=summary)
        one.add_argument("--home", metavar=say("FOLDER"), help=say("The folder that holds everything."))
        options(one)
    return parser


def _prepare_settings(chosen: argparse.Namespace) -> None:
    """What the settings must know before they are read: the home, and whether cookies travel by https alone."""
    if chosen.home:
        os.environ["COMPTOIR_HOME"] = str(Path(chosen.home).expanduser().resolve())
    if getattr(chosen, "cert", None):
        os.environ["COMPTOIR_TLS"] = "yes"


def _version() -> str:
    from comptoir import __version__

    return f"comptoir {__version__}"


def _stop(sentence: str, status: int) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(status)
