"""How bytes travelled: base64, quoted-printable, uuencode; undone as far as it goes."""

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu

BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200}?)[ \t]*\r?\n", re.MULTILINE)
END = re.compile(rb"\n(?:`?[ \t]*\r?\n)?end[ \t]*(?=\r?\n|\Z)")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
MOST_FILES = 20


def from_base64(data: bytes) -> bytes:
    """Base64 with stray characters, missing padding or several pieces one after the other."""
    try:
        return a2b_base64(data)
    except Error:
        pass
    clean = NOT_BASE64.sub(b"", data).replace(b"=", b"")
    clean = clean[:-1] if len(clean) % 4 == 1 else clean
    return a2b_base64(clean + b"=" * (-len(clean) % 4))


def undo(data: bytes, way: str) -> bytes:
    """The bytes behind a Content-Transfer-Encoding; an unknown one is left as it is."""
    if way == "base64":
        return from_base64(data)
    if way == "quoted-printable":
        return a2b_qp(data)
    if way in ("uuencode", "x-uuencode", "x-uue", "uue"):
        files = uuencoded(data)
        return files[0][1] if files else data
    return data


def size(data: bytes, way: str) -> int:
    """How long the bytes will be, without making them when that can be told."""
    if way == "base64":
        return len(data.translate(None, b"\r\n \t=")) * 3 // 4
    return len(undo(data, way))


def uuencoded(data: bytes) -> list[tuple[str, bytes, int, int]]:
    """Files written into a text in the old way: name, bytes, and where in the text they stand."""
    found: list[tuple[str, bytes, int, int]] = []
    at = 0
    for _ in range(MOST_FILES):
        begin = BEGIN.search(data, at)
        end = END.search(data, begin.end() - 1) if begin else None
        if not (begin and end):
            break
        content = _lines(data[begin.end() : end.start()])
        at = begin.end()
        if content is not None:
            found.append((begin[1].decode("utf-8", "replace"), content, begin.start(), end.end()))
            at = end.end()
    return found


def _lines(data: bytes) -> bytes | None:
    """None if it is a sentence that happens to begin with `begin`."""
    made = []
    for line in data.splitlines():
        if not line.strip() or line == b"`":
            continue
        needed = 1 + (((line[0] - 32) & 63) + 2) // 3 * 4  # some programs add a checksum after it
        try:
            made.append(a2b_uu(line[:needed]))
        except Error:
            return None
    return b"".join(made)
