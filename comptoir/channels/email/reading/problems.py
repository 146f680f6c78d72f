"""What can go wrong while reading, in words for the shop. The sentences are message ids: display translates them."""


def gettext_noop(message: str) -> str:
    """Marks a sentence for translation without Django, which the reading process never loads."""
    return message


UNREADABLE = gettext_noop("This message could not be read. The original is kept and can be downloaded.")
TOO_LONG = gettext_noop(
    "Reading this message took too long, so only its headers are shown. The original is kept."
)
NESTED = gettext_noop(
    "This message has parts inside parts too many times over; the innermost ones were not opened."
)
MANY_PARTS = gettext_noop("This message has too many parts; the last ones were not opened.")
CUT = gettext_noop("This message is very long; its end is not shown. The original is kept.")
CHARSET = gettext_noop("This message names an alphabet nobody knows; some letters may be wrong.")
ENCRYPTED = gettext_noop("This message is encrypted: only the person who holds its key can read it.")
NO_SENDER = gettext_noop("This message does not say who sent it.")
MANY_PEOPLE = gettext_noop("This message was sent to very many people; only the first ones are shown.")
