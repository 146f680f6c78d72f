"""Outlook's winmail.dat opened: the files inside it and its words. Bounded; a damaged one gives what was read so far."""

import struct
from dataclasses import dataclass, field

from .charsets import decode

SIGNATURE = 0x223E9F78
MOST_FILES = 100
MOST_PROPERTIES = 2_000
# attributes of the stream
RENDER, TITLE, DATA, ATTACHMENT, MAPI, BODY, CODEPAGE = 0x9002, 0x8010, 0x800F, 0x9005, 0x9003, 0x800C, 0x9007
# properties of Outlook's own store
DISPLAY_NAME, FILENAME, LONG_FILENAME, DATA_OBJECT, MIME_TAG, CONTENT_ID = (
    0x3001,
    0x3704,
    0x3707,
    0x3701,
    0x370E,
    0x3712,
)
PLAIN, HTML = 0x1000, 0x1013
FIXED = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
VARIABLE = {0x1E, 0x1F, 0x102, 0xD}


@dataclass
class File:
    name: str = ""
    data: bytes = b""
    content_type: str = "application/octet-stream"
    content_id: str = ""


@dataclass
class Content:
    files: list[File] = field(default_factory=list)
    text: str = ""
    html: str = ""


def read(data: bytes) -> Content | None:
    """None if this is no winmail.dat at all."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    content, charset = Content(), "cp1252"
    for _level, name, value in _attributes(data):
        if name == CODEPAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == RENDER and len(content.files) < MOST_FILES:
            content.files.append(File())
        elif name == BODY:
            content.text = content.text or decode(value.rstrip(b"\0"), charset)
        elif name == MAPI:
            _message(content, value, charset)
        elif content.files:
            _file(content.files[-1], name, value, charset)
    for file in content.files:
        file.name = file.name[:255] or "winmail"
    return content


def _attributes(data: bytes):
    at = 6
    while at + 9 <= len(data):
        level, kind, length = struct.unpack_from("<BII", data, at)
        at += 9
        if level not in (1, 2) or at + length > len(data) + 2:
            return
        yield level, kind & 0xFFFF, data[at : at + length]
        at += length + 2


def _message(content: Content, value: bytes, charset: str) -> None:
    for name, kind, data in _properties(value):
        if name == PLAIN:
            content.text = _text(kind, data, charset)
        elif name == HTML:
            content.html = _text(kind, data, charset)


def _file(file: File, name: int, value: bytes, charset: str) -> None:
    if name == TITLE:
        file.name = file.name or decode(value.rstrip(b"\0"), charset)
    elif name == DATA:
        file.data = value
    elif name == ATTACHMENT:
        found = {prop: (kind, data) for prop, kind, data in _properties(value)}
        for prop in (LONG_FILENAME, FILENAME, DISPLAY_NAME):
            if prop in found and (said := _text(*found[prop], charset)):
                file.name = said if prop == LONG_FILENAME else file.name or said
        if MIME_TAG in found:
            file.content_type = _text(*found[MIME_TAG], charset)[:100] or file.content_type
        if CONTENT_ID in found:
            file.content_id = _text(*found[CONTENT_ID], charset).strip("<>")
        if DATA_OBJECT in found and not file.data:
            file.data = found[DATA_OBJECT][1][16:]  # an object begins with its interface's id


def _text(kind: int, data: bytes, charset: str) -> str:
    return (data.decode("utf-16-le", "replace") if kind == 0x1F else decode(data, charset)).rstrip("\0")


def _properties(value: bytes):
    """Name, type and bytes of each property; stops at the first that makes no sense."""
    try:
        count, at = min(struct.unpack_from("<I", value)[0], MOST_PROPERTIES), 4
        for _ in range(count):
            kind, name = struct.unpack_from("<HH", value, at)
            at += 4
            if name >= 0x8000:
                at = _past_name(value, at)
            multiple, kind = kind & 0x1000, kind & 0xFFF
            values = 1
            if multiple or kind in VARIABLE:
                values = struct.unpack_from("<I", value, at)[0]
                at += 4
            for _each in range(min(values, MOST_PROPERTIES)):
                length = FIXED.get(kind)
                if length is None:
                    length = struct.unpack_from("<I", value, at)[0]
                    at += 4
                yield name, kind, value[at : at + length]
                at += (length + 3) // 4 * 4
            if at > len(value):
                return
    except struct.error:
        return


def _past_name(value: bytes, at: int) -> int:
    """Named properties carry a set's id and a number or a name of their own."""
    at += 16
    by_name, number = struct.unpack_from("<II", value, at)
    at += 8
    return at + (number + 3) // 4 * 4 if by_name else at
