"""The label on the envelope: who writes, to whom, about what; read in one pass, whatever its age or damage.

The standard library's structured parser takes 20 s on 20,000 addresses and recurses on nested comments; here every list has an end.
"""

import re
from binascii import a2b_qp
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from comptoir.channels.envelope import Address

from .charsets import decode
from .transfer import from_base64

MOST_HEADER_BYTES = 1_000_000
MOST_HEADERS = 2_000
MOST_VALUE = 100_000
MOST_ADDRESSES = 500
MOST_REFERENCES = 100

NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,8})\?=")
BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
IDS = re.compile(r"<([^<>\s]+)>")
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
TOKEN = re.compile(
    r'=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|"(?:[^"\\]|\\.)*+"?|<[^<>]*>|[(),;:<>\\]|[^"(),;:<>\\=]+|=', re.DOTALL
)
BARE = re.compile(r"[^\s\"'<>(),;:\[\]@]+@[^\s\"'<>(),;:@]+")
PARAMETER = re.compile(r';\s*([^=;\s"]+)\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*)', re.DOTALL)
CONTINUED = re.compile(r"(.+?)\*(\d{1,3})?(\*)?$")

Fields = list[tuple[str, bytes]]


def block(raw: bytes, start: int, end: int) -> tuple[Fields, int]:
    """The header lines of one entity, names in lower case, and where its body begins."""
    lines: list[tuple[str, list[bytes]]] = []
    limit = min(end, start + MOST_HEADER_BYTES)
    at = start
    while at < limit:
        stop = raw.find(b"\n", at, end)
        after = end if stop < 0 else stop + 1
        line = raw[at : min(after, at + MOST_VALUE)].rstrip(b"\r\n")
        if not line:
            return _joined(lines), after
        if line[:1] in b" \t" and lines:
            if line.isspace() and not _is_header(raw, after, end):
                return _joined(lines), after
            lines[-1][1].append(line)
        elif match := NAME.match(line):
            if len(lines) < MOST_HEADERS:
                lines.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        elif not _is_header(raw, after, end) and not line.startswith((b"From ", b">From ")):
            return _joined(lines), at  # a body without the empty line before it
        at = after
    return _joined(lines), at


def _is_header(raw: bytes, at: int, end: int) -> bool:
    return NAME.match(raw, at, min(end, at + 300)) is not None


def _joined(lines: list[tuple[str, list[bytes]]]) -> Fields:
    return [(name, b"\n".join(value)[:MOST_VALUE].strip()) for name, value in lines]


def words(value: str | bytes, hint: str = "") -> str:
    """A header as a person reads it: encoded words decoded (RFC 2047), broken ones as well as can be."""
    text = decode(value, hint) if isinstance(value, bytes) else value
    if "=?" in text:
        text = _decoded_words(text)
    return CONTROLS.sub(" ", text.replace("\r", "").replace("\n", "")).strip()


def _decoded_words(text: str) -> str:
    text = BETWEEN_WORDS.sub(r"\1", text)
    pieces: list[str] = []
    charset, pending, last = "", b"", 0
    for match in WORD.finditer(text):
        declared = match[1].partition("*")[0]
        if pending and (match.start() > last or declared.lower() != charset.lower()):
            pieces.append(decode(pending, charset))
            pending = b""
        pieces.append(text[last : match.start()])
        charset, last = declared, match.end()
        pending += _word_bytes(match[2], match[3])
    pieces += [decode(pending, charset) if pending else "", text[last:]]
    return "".join(pieces)


def _word_bytes(way: str, content: str) -> bytes:
    data = content.encode("utf-8", "replace")
    return from_base64(data) if way in "bB" else a2b_qp(data.replace(b"\n", b""), header=True)


def addresses(value: bytes, hint: str = "") -> list[Address]:
    """Everyone in an address header, at most MOST_ADDRESSES; groups are opened, comments become names."""
    text = decode(value, hint).replace("\r", "").replace("\n", "")
    found = _addresses(text)
    if not found and "=?" in text:
        found = _addresses(words(text))  # some programs encode the address itself
    return found


def _addresses(text: str) -> list[Address]:
    found: list[Address] = []
    name: list[str] = []
    comment: list[str] = []
    route, depth = "", 0
    for match in TOKEN.finditer(text):
        token = match[0]
        if depth or token == "(":
            depth += (token == "(") - (token == ")")
            comment.append(token)
        elif token in ",;":
            _add(found, name, comment, route)
            name, comment, route = [], [], ""
        elif token == ":" and "@" not in "".join(name):
            name = []
        elif token[0] == "<" and len(token) > 1:
            if route:
                _add(found, name, comment, route)
                name, comment = [], []
            route = token[1:-1]
        else:
            name.append(token)
        if len(found) >= MOST_ADDRESSES:
            return found
    _add(found, name, comment, route)
    return found


def _add(found: list[Address], name: list[str], comment: list[str], route: str) -> None:
    said = "".join(name).strip()
    value = _bare(route)
    if not value:
        match = BARE.search(said)
        value = match[0] if match else ""
        said = said.replace(value, " ", 1).strip(" <>'\"") if value else said
    if value:
        said = said or "".join(comment).strip()[1:-1]
        found.append(Address(value, _name(said)))


def _bare(route: str) -> str:
    match = BARE.search(route.rpartition(":")[2]) or BARE.search(words(route))
    return match[0].rstrip(".") if match else "".join(route.split()) if "@" in route else ""


def _name(said: str) -> str:
    text = words(re.sub(r'"((?:[^"\\]|\\.)*+)"?', lambda m: re.sub(r"\\(.)", r"\1", m[1]), said))
    return " ".join(text.split()).strip("\"'<>")[:300]


def parameters(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """A content header's main word and its parameters; RFC 2231 pieces joined and decoded."""
    text = decode(value, hint)[:20_000].replace("\r", "").replace("\n", "")
    main = (text.partition(";")[0].split() or [""])[0].strip("\"',").lower()
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in PARAMETER.finditer(text):
        key, said = match[1].lower(), _unquoted(match[2])
        if "*" in key and (parts := CONTINUED.match(key)):
            # `name*0*` begins encoded text, `name*=` is all of it; pieces may come in any order
            pieces.setdefault(parts[1], []).append((int(parts[2] or 0), bool(parts[3]) or not parts[2], said))
        else:
            plain.setdefault(key, said)
    return main, plain | {key: _assembled(found) for key, found in pieces.items()}


def _unquoted(said: str) -> str:
    said = said.strip()
    if said[:1] == '"':
        return re.sub(r"\\(.)", r"\1", said[1:].removesuffix('"'))
    return said


def _assembled(found: list[tuple[int, bool, str]]) -> str:
    found.sort(key=lambda piece: piece[0])
    charset, data = "", []
    for index, (_, encoded, said) in enumerate(found):
        if encoded and index == 0 and said.count("'") >= 2:
            charset, _, said = said.split("'", 2)
        data.append(unquote_to_bytes(said) if encoded else said.encode("utf-8", "replace"))
    return decode(b"".join(data), charset)


def ids(value: bytes) -> list[str]:
    """Message ids without their brackets; of a very long list the first and the latest."""
    text = CONTROLS.sub("", decode(value))
    found = IDS.findall(text) or (
        [text.strip("<> \t")] if text.strip("<> \t") and " " not in text.strip() else []
    )
    return found if len(found) <= MOST_REFERENCES else [found[0], *found[1 - MOST_REFERENCES :]]


def moment(value: bytes) -> datetime | None:
    """When it was sent, or None if the date makes no sense; a date without a zone counts as UTC."""
    text = decode(value)[:200].strip()
    try:
        found = parsedate_to_datetime(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found if 1970 <= found.year <= 2200 else None
