"""An HTML mail made safe to show: an allow-list, no remote load, bounded in time and memory.

nh3 does the cleaning. It takes 41 s on 500 KB of nested `<div>` and ignores signals, so depth, number and length of tags are bounded
before it, in one pass. What a style may say is filtered twice: by nh3 (names) and here (values).
"""

import re
from html import escape

from .text import LONGEST_TAG, tokens

MOST_HTML = 1_000_000
MOST_PASSES = 4  # links inside tables inside links need a second look before the page stands still
MOST_TAGS = 50_000
MOST_ENTITIES = 5_000
DEEPEST = 120
# The parser closes these by itself or they hold nothing: they do not make a page deeper.
SHALLOW = {"p", "li", "td", "tr", "th", "dt", "dd", "option", "tbody", "thead", "br", "hr", "img", "input", "meta", "link", "col",
           "area", "wbr", "base", "source", "embed", "param", "html", "body", "head"}  # fmt: skip

TAGS = {"a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
        "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
        "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr"}  # fmt: skip
EMPTIED = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "head", "xml", "textarea",
           "select", "audio", "video", "canvas", "applet", "frameset", "noframes", "noembed"}  # fmt: skip
CELLS = {"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-remote-src"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor", "summary"},
    "td": CELLS, "th": CELLS, "tr": {"align", "valign", "bgcolor"}, "col": {"span", "width"}, "colgroup": {"span", "width"},
    "font": {"color", "face", "size"}, "ol": {"start", "type"}, "li": {"value"}, "blockquote": {"type"},
}  # fmt: skip
STYLES = {"color", "background-color", "font-family", "font-size", "font-style", "font-weight", "line-height", "text-align",
          "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width", "max-width", "height",
          "min-width", "border", "border-top", "border-right", "border-bottom", "border-left", "border-color", "border-style",
          "border-width", "border-collapse", "border-spacing", "border-radius", "padding", "padding-top", "padding-right",
          "padding-bottom", "padding-left", "margin", "margin-top", "margin-right", "margin-bottom", "margin-left",
          "list-style-type", "direction", "letter-spacing", "word-break", "overflow-wrap"}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
SAFE_VALUE = re.compile(r"[\w\s#%.,'\"!+-]*(?:rgba?\([\d\s.,%/]{1,60}\))?[\w\s#%.,'\"!+-]*\Z")
STRAY = re.compile(r"&(?![a-zA-Z#])")
PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]+\Z", re.IGNORECASE)
REMOTE = re.compile(r"https?://", re.IGNORECASE)
IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
SOURCE = re.compile(r' src="((?!cid:|data:image/)[^"]*)"', re.IGNORECASE)


def clean_html(html: str) -> str:
    """Safe markup: remote images wait in `data-remote-src`, images of the mail itself keep their `cid:`."""
    cleaned = bounded(html)
    for _ in range(MOST_PASSES):
        before, cleaned = cleaned, _cleaned(cleaned)
        if cleaned == before:
            break
    return cleaned


def _cleaned(html: str) -> str:
    import nh3

    cleaned = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=EMPTIED,
        attributes=ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=STYLES,
    )
    return IMAGE.sub(_held_back, cleaned)


def bounded(html: str) -> str:
    """The same page with no more depth, tags and length than the cleaner can take; its words all stay."""
    pieces: list[str] = []
    opened: list[str] = []
    skipped: dict[str, int] = {}
    count = 0
    for text, closing, name, tag in tokens(html[:MOST_HTML]):
        if not tag:
            pieces.append(_with_breaks(STRAY.sub("&amp;", text).replace("<", "&lt;")))
            continue
        count += 1
        if count > MOST_TAGS or len(tag) > LONGEST_TAG:
            continue
        if name in SHALLOW:
            pieces.append(tag)
        elif closing:
            if skipped.get(name):
                skipped[name] -= 1
                continue
            if name in opened:
                while opened and opened.pop() != name:
                    pass
            pieces.append(tag)
        elif len(opened) >= DEEPEST:
            skipped[name] = skipped.get(name, 0) + 1
        else:
            opened.append(name)
            pieces.append(tag)
    return "".join(pieces)


def _with_breaks(text: str) -> str:
    """The cleaner is quadratic on entities running on in one text; an invisible break every so often keeps it quick."""
    if text.count("&") <= MOST_ENTITIES:
        return text
    pieces = text.split("&")
    groups = [pieces[at : at + MOST_ENTITIES] for at in range(0, len(pieces), MOST_ENTITIES)]
    return "<wbr>&".join("&".join(group) for group in groups)


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "style":
        return _style(value)
    target = value.strip("".join(map(chr, range(33)))).lower()
    if attribute == "data-remote-src":
        return value if REMOTE.match(value) else None
    if attribute == "src":
        return value if not target.startswith("data:") or PICTURE.match(value) else None
    if attribute == "href":
        return None if target.startswith(("data:", "cid:")) else value
    return value


def _style(value: str) -> str | None:
    """The declarations that only change how words look; nothing that loads, moves or runs."""
    if len(value) > 4_000 or "\\" in value or "/*" in value:
        return None
    kept = []
    for declaration in value.split(";"):
        name, _, said = declaration.partition(":")
        name, said = name.strip().lower(), said.strip()
        if name in STYLES and said and "\n" not in said and len(said) <= 200 and SAFE_VALUE.match(said):
            kept.append(f"{name}:{said}")
    return ";".join(kept) or None


def _held_back(match: re.Match) -> str:
    """A remote image is only fetched once somebody asks to see it."""
    attributes = match[1]
    source = SOURCE.search(attributes)
    if not source:
        return match[0]
    rest = SOURCE.sub("", attributes)
    held = (
        ""
        if " data-remote-src=" in rest or not REMOTE.match(source[1])
        else f' data-remote-src="{source[1]}"'
    )
    return f"<img{rest}{held}>"


def from_text(text: str) -> str:
    """Plain words as a page, for a message whose pieces are mixed."""
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>"


QUOTE_BEGINS = re.compile(
    r"<blockquote|class=\"?'?(?:gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|zmail_extra|WordSection2)|"
    r"id=\"?'?(?:divRplyFwdMsg|appendonsend|x_divRplyFwdMsg|mail-editor-reference|reply-intro|OLK_SRC_BODY|isForwardContent)|"
    r"border-top:\s?solid #(?:E1E1E1|B5C4DF)",
    re.IGNORECASE,
)
IMAGES = re.compile(r"<img\b([^>]{0,2000})", re.IGNORECASE)
TINY = re.compile(r"(?:width|height)\s?[=:]\s?[\"']?[0-3](?:px)?[\"';\s]|display:\s?none", re.IGNORECASE)
MANY_IMAGES = 2
MANY_CELLS = 4


def is_rich(html: str, content_ids: set[str], words: str) -> bool:
    """Does the page tell more than the words? Pictures in it, a table of figures, a newsletter; never fonts and indents."""
    begins = QUOTE_BEGINS.search(html)
    own = html[: begins.start()] if begins else html
    if "<img" not in own.lower() and own.lower().count("<td") < MANY_CELLS:
        return False
    images = [match[1] for match in IMAGES.finditer(own) if not TINY.search(match[1])]
    if any(cid and cid in image for image in images for cid in list(content_ids)[:50]):
        return True
    return (
        len(images) >= MANY_IMAGES
        or own.lower().count("<td") >= MANY_CELLS
        or (bool(images) and not words.strip())
    )
