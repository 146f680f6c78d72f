"""The search index beside its table: FTS5 kept by triggers on SQLite, a generated tsvector on PostgreSQL."""

import sqlite3

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE ground_searchindex USING fts5(
    words, stems, content='ground_searchtext', content_rowid='id', prefix='2 3',
    tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER searchtext_added AFTER INSERT ON ground_searchtext BEGIN
    INSERT INTO ground_searchindex(rowid, words, stems) VALUES (new.id, new.words, new.stems);
END;
CREATE TRIGGER searchtext_gone AFTER DELETE ON ground_searchtext BEGIN
    INSERT INTO ground_searchindex(ground_searchindex, rowid, words, stems)
    VALUES ('delete', old.id, old.words, old.stems);
END;
CREATE TRIGGER searchtext_changed AFTER UPDATE ON ground_searchtext BEGIN
    INSERT INTO ground_searchindex(ground_searchindex, rowid, words, stems)
    VALUES ('delete', old.id, old.words, old.stems);
    INSERT INTO ground_searchindex(rowid, words, stems) VALUES (new.id, new.words, new.stems);
END;
"""

POSTGRESQL = """
ALTER TABLE ground_searchtext ADD COLUMN found tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', words), 'A') || setweight(to_tsvector('simple', stems), 'B')
) STORED;
CREATE INDEX searchtext_found ON ground_searchtext USING gin (found);
"""


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    statement = ""
    for line in SQLITE.strip().splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            schema_editor.execute(statement)
            statement = ""


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE ground_searchtext DROP COLUMN found")
        return
    for name in ("added", "gone", "changed"):
        schema_editor.execute(f"DROP TRIGGER searchtext_{name}")
    schema_editor.execute("DROP TABLE ground_searchindex")


class Migration(migrations.Migration):
    dependencies = [("ground", "0001_initial")]
    operations = [migrations.RunPython(build, remove)]
