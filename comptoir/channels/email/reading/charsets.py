"""Which alphabet bytes are written in: what the sender declared, unless the bytes themselves say otherwise."""

import codecs
import re

ALIASES = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "646": "cp1252", "7bit": "utf-8", "8bit": "utf-8",
    "binary": "utf-8", "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "korean": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "x-euc-jp": "euc_jp", "big5": "big5hkscs", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "utf": "utf-8", "unicode": "utf-8",
    "x-unknown": "utf-8", "unknown-8bit": "utf-8", "unknown": "utf-8", "default": "utf-8", "default_charset": "utf-8",
    "windows-874": "cp874", "x-cp1252": "cp1252", "ansi": "cp1252",
}  # fmt: skip
# Not alphabets of mail; `idna` is slow on purpose-made input. UTF-7 hides markup from filters that look before decoding: it is read only
# when a mail header declares it, never because a page says so, and pages are cleaned after decoding.
REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
NOT_ASCII = {"utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "hz"}
LETTERS = bytes([*range(65, 91), *range(97, 123)])
HIGH = bytes(range(0xC0, 0x100))
META = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})", re.IGNORECASE)
_known: dict[str, str | None] = {}


def codec(name: str) -> str | None:
    """The codec to use for a declared charset, or None when nobody knows it or it is refused."""
    if name not in _known:
        if len(_known) > 500:
            _known.clear()
        _known[name] = _look_up(name)
    return _known[name]


def _look_up(name: str) -> str | None:
    plain = name.strip(" \t\"'").lower().removeprefix("charset=").replace("_", "-")
    plain = ALIASES.get(plain) or ALIASES.get(plain.replace("-", "_")) or plain
    try:
        found = codecs.lookup(plain)
    except (LookupError, ValueError):
        trimmed = re.match(r"(?:iso-?8859-?\d{1,2}|utf-?8|windows-?125\d|cp125\d|koi8-[ru])", plain)
        return _look_up(re.sub(r"^windows-?", "cp", trimmed[0])) if trimmed and trimmed[0] != plain else None
    return found.name if found._is_text_encoding and found.name not in REFUSED else None


def decode(data: bytes, declared: str = "", *, is_html: bool = False) -> str:
    """Text out of bytes; never fails, keeps every byte it cannot understand visible as a replacement mark."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    name = codec(declared) if declared else None
    if name not in NOT_ASCII and b"\x1b" not in data and data.isascii():
        return data.decode("ascii")
    if name is None and is_html and (meta := META.search(data, 0, 4000)):
        name = codec(meta[1].decode("ascii"))
        name = None if name == "utf-7" else name
    if name in (None, "utf-8", "cp1252"):
        return _western(data, name)
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return _utf8_or(data, name)


def _western(data: bytes, name: str | None) -> str:
    """UTF-8 mislabelled as Latin, and the reverse, are the two commonest lies in mail."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    understood = sum(char > "\x7f" and char != "\ufffd" for char in text) if name == "utf-8" else 0
    return text if understood > text.count("\ufffd") else data.decode(_single_byte(data), "replace")


def _single_byte(data: bytes) -> str:
    """Latin, unless most letters are outside ASCII, as in Cyrillic; an accented language never has that many."""
    ascii_letters = len(data) - len(data.translate(None, LETTERS))
    high = len(data) - len(data.translate(None, HIGH))
    return "cp1251" if high > ascii_letters and high > 8 else "cp1252"


def _utf8_or(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(name, "replace")
