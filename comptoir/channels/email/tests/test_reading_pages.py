"""An HTML mail shown to Sam can neither act, nor tell its sender that it was opened, nor hold up the screen."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.channels.email.reading import clean_html, layout

ACTIVE = re.compile(
    r"<script|<iframe|<object|<form|<style|<link|<meta|<svg|\son\w+=|javascript:|\ssrc=\"(?!cid:|data:image/)|url\(",
    re.I,
)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<img src='https://traceur.example/1.gif'>",
        "<img src='//traceur.example/1.gif' srcset='https://traceur.example/2.gif 2x'>",
        "<table background='https://traceur.example/1.gif'><tr><td>x",
        "<div style='background:url(https://traceur.example)'>x</div>",
        "<div style='background-color: u\\72l(https://traceur.example)'>x</div>",
        "<div style='color:red;position:fixed;width:expression(alert(1))'>x</div>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<form action='https://voleur.example'><input name=mdp></form>",
        "<style>@import 'https://traceur.example'</style>",
        "<base href='https://voleur.example'><a href='/x'>x</a>",
        "<!--[if mso]><script>alert(1)</script><![endif]-->",
        "<img data-remote-src='javascript:alert(1)'>",
        "<img alt='\" src=\"https://traceur.example/1.gif'>",
    ],
)
def test_nothing_active_and_nothing_remote_is_left(hostile):
    assert not ACTIVE.search(re.sub(r'"[^"]*&quot;[^"]*"', '""', clean_html(hostile)))


def test_a_remote_image_waits_until_somebody_asks():
    cleaned = clean_html('<img src="https://exemple.fr/velo.png" alt="Vélo">')

    assert 'data-remote-src="https://exemple.fr/velo.png"' in cleaned
    assert " src=" not in cleaned


def test_what_makes_a_mail_readable_stays():
    page = '<p style="color:#c00;text-align:center">Bonjour <b>Sam</b></p><table><tr><td>1</td></tr></table><img src="cid:photo">'
    cleaned = clean_html(page)

    assert 'style="color:#c00;text-align:center"' in cleaned
    assert "<b>Sam</b>" in cleaned and "<td>1</td>" in cleaned and 'src="cid:photo"' in cleaned


SCRAPS = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<p ",
            "<a href='https://x.fr'>",
            "<img src=https://x.fr/1>",
            "<img src='cid:a'",
            ">",
            "'",
            '"',
            "<!--",
            "-->",
            "<style>",
            "</style>",
            "<svg>",
            "<table>",
            "<td>",
            "&lt;",
            "&amp;lt;",
            "&",
            "<div style='color:red;",
            "x",
            "<",
            "é",
            "\0",
        ]
    ),
    max_size=40,
)


@given(SCRAPS)
@settings(max_examples=400, deadline=None)
def test_cleaning_twice_changes_nothing(scraps):
    cleaned = clean_html("".join(scraps))

    assert clean_html(cleaned) == cleaned
    assert not ACTIVE.search(re.sub(r'"[^"]*"', lambda match: match[0].replace("<", ""), cleaned))


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<b " * 100_000,
        "<table><tr><td>" * 20_000,
        "<" * 500_000,
        "&" * 500_000,
        "<!--" * 100_000,
        "<p><font>" * 30_000,
    ],
)
def test_a_page_made_to_hold_up_the_screen_does_not(bomb):
    started = time.process_time()
    clean_html(bomb)

    assert time.process_time() - started < 3


def test_words_at_the_bottom_of_a_deep_page_are_kept():
    assert "perdu" in clean_html("<div>" * 5_000 + "perdu" + "</div>" * 5_000)


def test_a_mail_without_a_page_has_no_layout():
    assert layout(b"From: nour@exemple.fr\n\nBonjour") == ""
