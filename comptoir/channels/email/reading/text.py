"""Words out of a page: what an HTML mail says, one pass over it; and soft line breaks undone (format=flowed)."""

import re
from html import unescape

MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})")
HREF = re.compile(
    r"href\s{0,9}=\s{0,9}(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^\s\"'>]{1,2000}))", re.IGNORECASE
)
SPACES = re.compile(r"[ \t\r\n\f\xa0\u200b\ufeff\u200c]+")
SILENT = {"script", "style", "title", "template", "textarea", "noscript", "object", "svg", "math", "xml"}
LINES = {"div", "tr", "table", "section", "article", "header", "footer", "address", "ul", "ol", "dl", "dt", "dd", "li",
         "center", "form", "fieldset", "body", "html", "tbody", "thead", "blockquote", "main", "aside", "caption"}  # fmt: skip
PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
MOST_QUOTE_MARKS = 10
LONGEST_TAG = 50_000


def tokens(html: str):
    """Tags and texts in turn: (text, "", "", "") or ("", "/" or "", name, tag). One pass, whatever is left open."""
    at, end = 0, len(html)
    comments_end = True
    while at < end:
        found = MARKUP.search(html, at)
        start = found.start() if found else end
        if start > at:
            yield html[at:start], "", "", ""
        if start == end:
            return
        if comments_end and html.startswith("<!--", start):
            stop = html.find("-->", start + 4)
            comments_end = stop >= 0
            at = stop + 3 if comments_end else start + 4
            continue
        stop = _tag_end(html, start)
        if stop < 0:
            return  # a tag that never closes: a browser shows nothing of it either
        if match := TAG.match(html, start + 1):
            yield "", match[1], match[2].lower(), html[start : stop + 1]
        at = stop + 1


def _tag_end(html: str, start: int) -> int:
    """The tag's closing bracket; one inside quotes is passed over, a few times at most."""
    stop = html.find(">", start)
    for _ in range(4):
        if stop < 0 or stop - start > LONGEST_TAG or not html.count('"', start, stop) % 2:
            break
        quote = html.find('"', stop, start + LONGEST_TAG)
        further = html.find(">", quote) if quote >= 0 else -1
        if further < 0:
            break
        stop = further
    return stop


class Page:
    """Text as it is being written down: collapses space, counts line breaks, marks quotations as mail programs do."""

    def __init__(self):
        self.lines: list[str] = []
        self.words: list[str] = []
        self.quotes = self.silent = self.kept = 0
        self.silent_tag = ""
        self.links: list[tuple[str, int]] = []

    def say(self, text: str) -> None:
        if self.silent:
            return
        text = unescape(text) if "&" in text else text
        if self.kept:
            first, *rest = text.replace("\r", "").split("\n")
            self.words.append(first)
            for line in rest:
                self.end_line(always=True)
                self.words.append(line)
            return
        text = SPACES.sub(" ", text)
        if text != " " or (self.words and not self.words[-1].endswith(" ")):
            self.words.append(text)

    def end_line(self, *, always: bool = False) -> None:
        line = "".join(self.words)
        line = line.rstrip() if self.kept else line.strip()
        self.words.clear()
        if line or always:
            self.lines.append("> " * min(self.quotes, MOST_QUOTE_MARKS) + line)

    def leave_gap(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * min(self.quotes, MOST_QUOTE_MARKS))

    def open(self, name: str, tag: str) -> None:
        if name in SILENT and not tag.endswith("/>"):
            self.silent, self.silent_tag = 1, name
        elif name == "br":
            self.end_line(always=True)
        elif name == "hr":
            self.end_line()
            self.lines.append("> " * min(self.quotes, MOST_QUOTE_MARKS) + "_" * 32)
        elif name in PARAGRAPHS:
            self.end_line() if "MsoNormal" in tag else self.leave_gap()
            self.kept += name == "pre"
        elif name in ("td", "th"):
            self.words.append(" ")
        elif name == "a":
            self._open_link(tag)
        elif name in LINES:
            self.end_line()
            self.words.append("- ") if name == "li" else None
            self.quotes += name == "blockquote"

    def close(self, name: str) -> None:
        if name in PARAGRAPHS:
            self.end_line() if name == "p" else self.leave_gap()
            self.kept = max(0, self.kept - (name == "pre"))
        elif name == "a":
            self._close_link()
        elif name in LINES:
            self.end_line()
            self.quotes = max(0, self.quotes - (name == "blockquote"))

    def _open_link(self, tag: str) -> None:
        match = HREF.search(tag)
        target = unescape(next(filter(None, match.groups()), "")) if match else ""
        self.links.append((target, len(self.words)))

    def _close_link(self) -> None:
        """A link's address is said when its words do not say it; nobody should lose where they were told to go."""
        target, since = self.links.pop() if self.links else ("", 0)
        said = "".join(self.words[since:]).strip()
        if target.lower().startswith(("http:", "https:")) and said and not self.silent:
            bare = target.partition("://")[2].rstrip("/")
            if bare not in said and said.rstrip("/.…") not in target:
                self.words.append(f" ({target})")


def from_html(html: str) -> str:
    """The words of an HTML mail in reading order, a line for a line, quotations marked with `> `."""
    page = Page()
    for text, closing, name, tag in tokens(html):
        if page.silent:
            page.silent = not (closing and name == page.silent_tag)
        elif text:
            page.say(text)
        elif closing:
            page.close(name)
        else:
            page.open(name, tag)
    page.end_line()
    return tidy("\n".join(page.lines))


def tidy(text: str) -> str:
    """No more than two empty lines running, none at the ends."""
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")


def plain(text: str, given: dict[str, str]) -> str:
    """A plain text part with its lines joined again where the sender's program had cut them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return (
        flowed(text, given.get("delsp", "").lower() == "yes")
        if given.get("format", "").lower() == "flowed"
        else text
    )


def flowed(text: str, joins: bool) -> str:
    """RFC 3676: a line ending in a space goes on in the next one of the same quote depth; `-- ` never does."""
    made: list[list[str]] = []
    goes_on, depth = False, 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        marks = len(line) - len(content)
        content = content.removeprefix(" ")
        if goes_on and marks == depth and content != "-- ":
            made[-1].append(content)
        else:
            made.append([">" * marks + " " if marks else "", content])
        goes_on, depth = content.endswith(" ") and content != "-- ", marks
        if goes_on and joins:
            made[-1][-1] = content[:-1]
    return "\n".join("".join(pieces) for pieces in made)
