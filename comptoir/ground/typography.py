"""French typography: the spaces, quotes and apostrophes that a French reader expects.

Rules after the Lexique des règles typographiques en usage à l'Imprimerie nationale: a no-break space before
the colon and inside « », a narrow one before ; ! ? and in numbers; ’ for the apostrophe.
"""

import re

NO_BREAK = "\u00a0"
NARROW = "\u202f"

# What must not be touched: HTML tags and entities, placeholders, links, addresses.
_KEPT = re.compile(r"<[^>]*>|&[#\w]+;|%\(\w+\)[sd]|%[sd%]|\{[^{}]*\}|\w+://\S+|\S+@\S+\.\w+|`[^`]*`")

_RULES = [
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=\w)'(?=$)"), "’"),
    (re.compile(r'"([^"]+)"'), f"«{NO_BREAK}\\1{NO_BREAK}»"),
    (re.compile(r"«[ \u00a0]*"), f"«{NO_BREAK}"),
    (re.compile(r"[ \u00a0]*»"), f"{NO_BREAK}»"),
    (re.compile(r"(?<=\S) +(?=[;!?](?:\s|$|\W))"), NARROW),
    (re.compile(r"(?<=\S) +(?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"(?<=\d) (?=(?:€|%|h|min|s|km|kg|g|cm|mm|Ko|Mo|Go|ko|kB)\b|€|%)"), NO_BREAK),
    (re.compile(r"(?<=\dh) (?=\d)|(?<=\d\u00a0h) (?=\d)"), NO_BREAK),
    (re.compile(r"(?<=\d) (?=\d{3}(?:\D|$))"), NARROW),
    (re.compile(r"\bn° ?(?=\d)"), f"n°{NO_BREAK}"),
    (re.compile(r"\.\.\."), "…"),
]


def french(text: str) -> str:
    """The same words, set as French; tags, placeholders and links are left as they are. Idempotent."""
    kept: list[str] = []

    def put_aside(match: re.Match) -> str:
        kept.append(match[0])
        return f"\ue000{len(kept) - 1}\ue001"

    text = _KEPT.sub(put_aside, text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = re.sub(r"(?<=\w)'(?=\ue000)", "’", text)
    return re.sub(r"\ue000(\d+)\ue001", lambda match: kept[int(match[1])], text)
