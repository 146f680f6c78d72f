"""Opening the shop: the port, the certificate, the database, the first link."""

import socket
import ssl
from pathlib import Path

from .cli import Refused
from .words import say

FIRST_PORT = 8000
PORTS_TRIED = 50


def choose_port(host: str, wanted: int | None) -> tuple[int, str]:
    """The port to answer on, and a sentence when it is not the usual one. A port asked for is never changed."""
    if wanted is not None:
        if not 0 < wanted < 65536:
            raise Refused(say("A port is a number from 1 to 65535."))
        if not _is_free(host, wanted):
            raise Refused(
                say("Port %(port)s is taken on %(host)s: choose another with --port.", port=wanted, host=host)
            )
        return wanted, ""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _is_free(host, port):
            note = say("Port %(taken)s is taken: using %(port)s.", taken=FIRST_PORT, port=port)
            return port, "" if port == FIRST_PORT else note
    raise Refused(say("No port is free from 8000 on: choose one with --port."))


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Refused(say("This account may not use port %(port)s.", port=port)) from error
        except socket.gaierror as error:
            raise Refused(say("%(host)s is not an address of this machine.", host=host)) from error
        except OSError as error:
            if error.errno == 99:  # EADDRNOTAVAIL
                raise Refused(say("%(host)s is not an address of this machine.", host=host)) from error
            return False
    return True


def certificate(cert: str | None, key: str | None) -> tuple[Path, Path] | None:
    """The certificate and its key, tried before anything starts."""
    if not cert and not key:
        return None
    if not cert or not key:
        raise Refused(say("https needs both --cert and --key."))
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except FileNotFoundError as error:
        missing = next(path for path in (cert, key) if not Path(path).exists())
        raise Refused(say("There is no file %(path)s.", path=missing)) from error
    except (OSError, ssl.SSLError) as error:
        raise Refused(say("The certificate and its key do not fit together, or cannot be read.")) from error
    return Path(cert), Path(key)


def address(host: str, port: int, tls) -> str:
    """What to type in a browser: the configured address, else this machine's."""
    from django.conf import settings

    if settings.BASE_URL:
        return settings.BASE_URL
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"


def migrate() -> None:
    """Brings the database to this version; a database that cannot be reached is one sentence."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection, connections
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        first_line = str(error).strip().splitlines()[0]
        raise Refused(say("The database does not answer: %(reason)s", reason=first_line)) from error
    finally:
        connections.close_all()


def plant_demo() -> None:
    """Plants the demo into an empty home; one planted before is opened again, a real shop is left alone."""
    from django.db import connections

    from comptoir.demo import planting
    from comptoir.demo.models import Postbag

    try:
        if not Postbag.objects.exists():
            print(say("Planting the demo shop…"), flush=True)
            planting.plant()
    except planting.AlreadyOpen as refusal:
        raise Refused(
            say("A real shop lives here: open the demo in another folder with --home.")
        ) from refusal
    finally:
        connections.close_all()


def first_link(address: str) -> str:
    """A sentence with the one-time link of the first start, or "" once the shop has an owner."""
    from django.db import connections

    from comptoir.team.models import Invitation, Member

    try:
        if Member.objects.owners().exists():
            return ""
        link = f"{address}{Invitation.objects.owner_link().path}"
        return say("Create the owner’s account here (once): %(link)s", link=link)
    finally:
        connections.close_all()


def demo_link(address: str) -> str:
    """A sentence with a one-time link that signs the visitor of the demo in as its owner."""
    from django.db import connections

    from comptoir.team.models import Member, SignInLink

    owner = Member.objects.owners().first()
    link = f"{address}{SignInLink.objects.issue(owner).path}"
    connections.close_all()
    return say("Walk in as the owner of the demo shop: %(link)s", link=link)
