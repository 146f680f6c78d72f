"""Setting: plain words as a member would have set them in the composer, with French typography."""

from html import escape

from comptoir.ground.typography import french


def as_html(text: str) -> str:
    """Paragraphs apart by a blank line, `- ` for a list, as the composer writes them."""
    return "".join(_block(block.strip()) for block in text.strip().split("\n\n"))


def _block(block: str) -> str:
    lines = block.splitlines()
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{_words(line[2:])}</li>" for line in lines) + "</ul>"
    return f"<p>{'<br>'.join(map(_words, lines))}</p>"


def _words(line: str) -> str:
    return escape(french(line), quote=False)
