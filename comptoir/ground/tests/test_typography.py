"""French typography, as a French reader expects it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.ground.typography import french


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Prêt ?", "Prêt\u202f?"),
        ("Attention : fermé", "Attention\u00a0: fermé"),
        ("l'atelier d'Alex", "l’atelier d’Alex"),
        ('dites "oui"', "dites «\u00a0oui\u00a0»"),
        ("de 18 h 30 à 19 h", "de 18\u00a0h\u00a030 à 19\u00a0h"),
        ("64,90 €", "64,90\u00a0€"),
        ("1 284 messages", "1\u202f284 messages"),
        ("n° 482", "n°\u00a0482"),
        ('<a href="/x?y=1 ?">Voir l\'aide</a>', '<a href="/x?y=1 ?">Voir l’aide</a>'),
        ("Bonjour %(name)s !", "Bonjour %(name)s\u202f!"),
        ("https://exemple.fr/a?b", "https://exemple.fr/a?b"),
        ("Chargement...", "Chargement…"),
    ],
)
def test_text_is_set_as_french(typed, set_):
    assert french(typed) == set_


@given(st.text(alphabet="abé '\"«»:;!?€%0123h<>=/&.", max_size=60))
def test_setting_twice_changes_nothing(text):
    assert french(french(text)) == french(text)
