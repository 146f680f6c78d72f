"""How the reading process and its caller speak: frames of bytes, envelopes as JSON. Never pickle: the other side may be hostile."""

import json
import struct
from dataclasses import asdict
from datetime import datetime

from comptoir.channels.envelope import Address, Bounce, Envelope, Forwarded, Nature, Part

ASK = struct.Struct(">cIQ")  # what is asked, length of its argument, length of the message
ANSWER = struct.Struct(">cQ")  # done or failed, length of what follows
READ, OPEN, LAYOUT = b"r", b"o", b"l"
DONE, FAILED = b"d", b"f"
LONGEST_ANSWER = 200_000_000


def dump(envelope: Envelope) -> bytes:
    data = asdict(envelope)
    data["sent_at"] = envelope.sent_at.isoformat() if envelope.sent_at else None
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")


def load(data: bytes) -> Envelope:
    said = json.loads(data)
    for name in ("to", "cc", "reply_to"):
        said[name] = [Address(**each) for each in said[name]]
    said["sender"] = Address(**said["sender"])
    said["sent_at"] = datetime.fromisoformat(said["sent_at"]) if said["sent_at"] else None
    said["parts"] = [Part(**each) for each in said["parts"]]
    said["nature"] = Nature(said["nature"])
    said["bounce"] = Bounce(**said["bounce"]) if said["bounce"] else None
    said["forwarded"] = _forwarded(said["forwarded"]) if said["forwarded"] else None
    return Envelope(**said)


def _forwarded(said: dict) -> Forwarded:
    sender = Address(**said["sender"]) if said["sender"] else None
    return Forwarded(sender, said["text"], said["subject"])
