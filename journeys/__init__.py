"""Journeys: the real shop, in a real browser, as the people who use it. One file per story worth money."""
