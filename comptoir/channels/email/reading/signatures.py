"""How people end a mail: a polite formula and a name, a card, a program's "sent from", a legal notice."""

from . import marks

SIGNATURE_LINES = 12
SIGN_OFF_LINES = 6


def any_words(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def is_quote(line: str) -> bool:
    """Marked as someone else's words: `>`, `|`, or initials before the bracket."""
    start = line.lstrip(" \t")[:5]
    return start[:1] in (">", "|", "＞") or (">" in start[1:4] and start.partition(">")[0].isupper())


def without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The signature block, a program's "sent from", a legal notice at the end."""
    cut = len(lines)
    while True:
        end = _last_word(lines, cut)
        start = _signature_start(lines, end)
        if start is None:
            break
        cut = start
    return lines[:cut], lines[cut:]


def _last_word(lines: list[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _signature_start(lines: list[str], end: int) -> int | None:
    """Where a signature ending here begins, or None."""
    if not end:
        return None
    last = lines[end - 1]
    if len(last) <= marks.LONGEST_LINE and (marks.DEVICE.match(last) or marks.LIST_FOOTER.match(last)):
        return end - 1
    words = 0
    for index in range(end - 1, max(-1, end - 1 - SIGNATURE_LINES * 3), -1):
        line = lines[index]
        if is_quote(line):
            return None
        if marks.DELIMITER.match(line):
            return index if words <= SIGNATURE_LINES else None
        if marks.DASHES.match(line) and words:
            return index if _looks_signed(lines[index + 1 : end]) else None
        if line.strip():
            words += 1
            if marks.DISCLAIMER.match(line[: marks.LONGEST_LINE]):
                return index
    return None


def _looks_signed(lines: list[str]) -> bool:
    """Short lines with a way to be reached among them: a card, not a paragraph."""
    said = [line for line in lines if line.strip()]
    short = all(len(line) <= 80 and not line.rstrip().endswith((".", "?", "!")) for line in said)
    return len(said) <= SIGN_OFF_LINES and short and any(marks.CONTACT.search(line) for line in said)


def without_sign_off(lines: list[str]) -> tuple[list[str], list[str]]:
    """ "Cordialement, Nour": a closing formula on a line of its own and a few short lines after it."""
    end = _last_word(lines, len(lines))
    words = 0
    for index in range(end - 1, max(-1, end - 1 - SIGN_OFF_LINES * 2), -1):
        line = lines[index]
        if len(line) > 120 or is_quote(line):
            break
        if marks.SIGN_OFF.match(line):
            return lines[:index], lines[index:]
        if marks.TELLS.search(line):
            break
        if line.strip():
            words += 1
            if words == 1 and marks.SIGNED.match(line) and any_words(lines[:index]):
                return lines[:index], lines[index:]
        if words > SIGN_OFF_LINES or (line.rstrip().endswith(("?", "!", ".", ":")) and len(line.split()) > 4):
            break
    return lines, []
