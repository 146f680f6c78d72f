"""Papers: a one-page PDF, as a till or a word processor would print it."""

LEFT, TOP, LINE = 56, 790, 17


def sheet(title: str, lines: list[str]) -> bytes:
    """A page with a title and lines; a `|` in a line sends what follows to the right-hand column."""
    drawn = [_text(LEFT, TOP, 18, "F2", title)]
    for number, line in enumerate(lines):
        left, _bar, right = line.partition("|")
        height = TOP - 40 - number * LINE
        drawn += [_text(LEFT, height, 11, "F1", left), _text(430, height, 11, "F1", right)]
    stream = b"\n".join(drawn)
    return _document(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            _font(b"Helvetica"),
            _font(b"Helvetica-Bold"),
        ]
    )


def _text(x: int, y: int, size: int, font: str, words: str) -> bytes:
    safe = words.strip().replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({safe}) Tj ET".encode("cp1252", "replace")


def _font(name: bytes) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name


def _document(objects: list[bytes]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(written))
    )
