"""One module per command; each has `run(chosen) -> int | None`. Listed here so that help loads none of them.

Read after the language is chosen (`words.speak`).
"""

from argparse import ArgumentParser
from collections.abc import Callable
from importlib import import_module

from ..words import say


def _up(parser: ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help=say("Open a bike shop with a month of history."))
    _web(parser)


def _web(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, metavar="N", help=say("The port to answer on (8000, or the next free one).")
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help=say("The address to answer on (this machine only).")
    )
    parser.add_argument("--cert", metavar=say("FILE"), help=say("The TLS certificate chain, for https."))
    parser.add_argument("--key", metavar=say("FILE"), help=say("The TLS certificate’s key."))


def _import(parser: ArgumentParser) -> None:
    parser.add_argument(
        "path", metavar=say("PATH"), help=say("An mbox file, a Maildir, an EML file or a folder.")
    )
    parser.add_argument("--address", help=say("The shop’s address that the mail belongs to."))
    parser.add_argument("--store", help=say("The store that it belongs to, when the address is new."))


def _backup(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar=say("FILE"), nargs="?", help=say("The file to write (default: in the home folder).")
    )


def _restore(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar=say("FILE"), help=say("A file that “comptoir backup” wrote."))


def _link(parser: ArgumentParser) -> None:
    parser.add_argument(
        "address", nargs="?", metavar=say("ADDRESS"), help=say("The member’s e-mail address.")
    )


def _nothing(parser: ArgumentParser) -> None:
    return None


COMMANDS: dict[str, tuple[str, Callable[[ArgumentParser], None]]] = {
    "up": (say("Open the shop: pages, work and mail, in one go."), _up),
    "web": (say("Answer browsers only."), _web),
    "worker": (say("Do the work that is due: read what came, send what leaves."), _nothing),
    "listen": (say("Listen to mailboxes and to the mail door only."), _nothing),
    "import": (say("Bring in old mail from a file or a folder."), _import),
    "link": (say("Make a one-time link that lets an owner in."), _link),
    "doctor": (say("Look for what is wrong, and say the cure."), _nothing),
    "backup": (say("Write everything into one file."), _backup),
    "restore": (say("Bring everything back from such a file."), _restore),
}


def load(name: str):
    """The module of a command."""
    return import_module(f"{__name__}.{name}_")
