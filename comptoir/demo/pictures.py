"""Pictures: small photographs of wheels, drawn by hand, since nobody's real photograph belongs in here."""

import math
import struct
import zlib
from random import Random

WIDTH, HEIGHT = 264, 198
SPOKES = 24


def photograph(hue: str = "brick", *, turn: float = 0.0, broken: bool = False) -> bytes:
    """A wheel against a wall of some colour, as a PNG; `broken` bends it and takes out spokes."""
    rng = Random(f"{hue}{turn}{broken}")
    wall, floor = WALLS[hue], (96, 90, 84)
    rows = [_row(y, wall, floor, turn, broken, rng) for y in range(HEIGHT)]
    return _png(rows)


WALLS = {"brick": (150, 92, 72), "plaster": (206, 198, 184), "green": (96, 124, 100), "night": (54, 60, 74)}


def _row(y: int, wall: tuple, floor: tuple, turn: float, broken: bool, rng: Random) -> bytes:
    pixels = bytearray()
    for x in range(WIDTH):
        shade = _wheel(x - 132, y - 96, turn, broken)
        ground = floor if y > 176 else wall
        light = 0.72 + 0.36 * x / WIDTH - 0.16 * y / HEIGHT
        colour = ground if shade is None else (shade, shade, shade + 4)
        grain = rng.randrange(7)
        pixels += bytes(min(255, int(one * light) + grain) for one in colour)
    return bytes(pixels)


def _wheel(x: int, y: int, turn: float, broken: bool) -> int | None:
    """The grey of the wheel at a place seen from its hub; None where one looks through it."""
    angle = math.atan2(y, x) + turn
    distance = math.hypot(x, y) * (1 + 0.07 * math.sin(2 * angle) if broken else 1)
    if distance > 88 or distance < 5:
        return 40 if distance < 5 else None
    if distance > 78:
        return 34 + int(10 * math.sin(angle * 60))
    if distance > 72:
        return 176 + int(40 * math.cos(angle))
    if distance < 12:
        return 120
    spoke = angle * SPOKES / (2 * math.pi)
    if broken and 0.6 < angle < 1.3:
        return None
    return 190 if abs(spoke - round(spoke)) * distance < 3.2 else None


def _png(rows: list[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 6)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
