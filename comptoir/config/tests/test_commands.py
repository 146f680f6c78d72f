"""The command line: what goes wrong is one sentence and a status; what is backed up comes back."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

COMPTOIR = Path(sys.executable).parent / "comptoir"


@pytest.fixture
def comptoir(tmp_path):
    """Runs one command in a home of its own: `comptoir("doctor")` gives status, words said, words of trouble."""

    def run(*arguments: str, home: Path = tmp_path / "home", **settings: str) -> tuple[int, str, str]:
        own = {"COMPTOIR_HOME": str(home), "LANG": "fr_BE.UTF-8", "LC_ALL": "", "COMPTOIR_TESTING": ""}
        unset = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "COMPTOIR_LANGUAGE")
        }
        done = subprocess.run(
            [COMPTOIR, *arguments], env=unset | own | settings, capture_output=True, text=True, timeout=120
        )
        return done.returncode, done.stdout, done.stderr

    return run


def is_one_sentence(words: str) -> bool:
    return len(words.strip().splitlines()) == 1 and "Traceback" not in words


def test_a_port_asked_for_and_taken_is_refused(comptoir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, _said, trouble = comptoir("up", "--port", str(taken.getsockname()[1]))

    assert status == 1
    assert "est pris" in trouble
    assert is_one_sentence(trouble)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"COMPTOIR_UNDO_SECONDS": "beaucoup"}, "nombre entier"),
        ({"COMPTOIR_DEBUG": "peut-être"}, "yes ou no"),
        ({"DATABASE_URL": "mysql://x/y"}, "postgres://"),
        ({"STORAGE_URL": "ftp://x"}, "s3://"),
        ({"COMPTOIR_SMTP_RELAY_FILE": "/nowhere"}, "impossible de lire"),
    ],
)
def test_nonsense_in_a_setting_stops_the_start_in_words(comptoir, settings, words):
    status, _said, trouble = comptoir("doctor", **settings)

    assert status == 2
    assert words in trouble
    assert is_one_sentence(trouble)


def test_a_database_that_does_not_answer_is_told(comptoir):
    status, _said, trouble = comptoir("up", DATABASE_URL="postgres://nobody@127.0.0.1:1/x")

    assert status == 1
    assert "ne répond pas" in trouble
    assert is_one_sentence(trouble)


def test_a_home_that_cannot_be_written_is_told(comptoir, tmp_path):
    (tmp_path / "file").write_text("")
    status, _said, trouble = comptoir("doctor", home=tmp_path / "file" / "home")

    assert status == 2
    assert "ne peut pas être écrit" in trouble
    assert is_one_sentence(trouble)


def test_a_certificate_without_its_key_is_told(comptoir):
    status, _said, trouble = comptoir("up", "--cert", "chain.pem")

    assert status == 1
    assert "--key" in trouble


@pytest.mark.parametrize("language", ["fr_BE.UTF-8", "en_GB.UTF-8"])
def test_help_speaks_the_readers_language(comptoir, language):
    status, said, _trouble = comptoir("--help", LANG=language)

    assert status == 0
    assert ("Ouvrir la boutique" in said) == language.startswith("fr")
    assert ("Open the shop" in said) == language.startswith("en")


def test_link_says_when_there_is_nobody_to_let_in(comptoir):
    status, _said, trouble = comptoir("link")

    assert status == 1
    assert "pas encore de propriétaire" in trouble


def test_what_is_backed_up_comes_back_elsewhere(comptoir, tmp_path):
    mail = tmp_path / "one.eml"
    mail.write_text("From: nour@example.org\nTo: liege@cycles.example\nSubject: Mon colis\n\nBonjour\n")
    assert comptoir("import", str(mail), "--address", "liege@cycles.example")[0] == 0
    status, _said, trouble = comptoir("backup", str(tmp_path / "all.tar.gz"))
    assert status == 0, trouble

    status, said, trouble = comptoir("restore", str(tmp_path / "all.tar.gz"), home=tmp_path / "elsewhere")

    assert status == 0, trouble
    assert "Tout est revenu" in said
    assert rows(tmp_path / "elsewhere") == rows(tmp_path / "home")
    assert files(tmp_path / "elsewhere") == files(tmp_path / "home")


def test_a_damaged_backup_is_refused_and_changes_nothing(comptoir, tmp_path):
    comptoir("link")
    backup = tmp_path / "all.tar.gz"
    comptoir("backup", str(backup))
    whole = bytearray(backup.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    backup.write_bytes(whole)

    status, _said, trouble = comptoir("restore", str(backup), home=tmp_path / "elsewhere")

    assert status == 1
    assert "abîmé" in trouble
    assert not (tmp_path / "elsewhere").exists()


def test_a_home_that_is_lived_in_is_never_written_over(comptoir, tmp_path):
    comptoir("link")
    comptoir("backup", str(tmp_path / "all.tar.gz"))

    status, _said, trouble = comptoir("restore", str(tmp_path / "all.tar.gz"))

    assert status == 1
    assert "n’est pas vide" in trouble


def test_the_doctor_is_silent_when_all_is_well(comptoir):
    comptoir("link")

    assert comptoir("doctor") == (0, "", "")


def test_the_doctor_names_keys_that_others_can_read(comptoir, tmp_path):
    comptoir("link")
    (tmp_path / "home" / "secret.key").chmod(0o644)

    status, said, _trouble = comptoir("doctor")

    assert status == 1
    assert "secret.key" in said
    assert "chmod 600" in said


def rows(home: Path) -> dict[str, int]:
    with sqlite3.connect(home / "comptoir.sqlite3") as base:
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {name: base.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def files(home: Path) -> dict[str, bytes]:
    paths = [path for path in (home / "files").rglob("*") if path.is_file()] + [home / "secret.key"]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}
