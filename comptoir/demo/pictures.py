"""Pictures: small photographs of wheels, drawn by hand, since nobody's real photograph belongs in here."""

import math
import struct
import zlib
from random import Random

WIDTH, HEIGHT = 208, 156
RADIUS = 70
SPOKES = 24
WALLS = {"brick": (150, 92, 72), "plaster": (206, 198, 184), "green": (96, 124, 100), "night": (54, 60, 74)}
FLOOR = (96, 90, 84)


def photograph(hue: str = "brick", *, turn: float = 0.0, broken: bool = False) -> bytes:
    """A wheel against a wall of some colour, as a PNG; `broken` bends it and takes out spokes."""
    grain = Random(f"{hue}{turn}{broken}").randbytes(WIDTH * HEIGHT)
    return _png([_row(y, WALLS[hue], turn, broken, grain) for y in range(HEIGHT)])


def _row(y: int, wall: tuple, turn: float, broken: bool, grain: bytes) -> bytes:
    """One line of pixels: the light falls from the right, and film has grain."""
    pixels = bytearray()
    red, green, blue = FLOOR if y > HEIGHT * 0.89 else wall
    for x in range(WIDTH):
        shade = _wheel(x - WIDTH / 2, y - HEIGHT * 0.485, turn, broken)
        light = 0.72 + 0.36 * x / WIDTH - 0.16 * y / HEIGHT
        speck = grain[y * WIDTH + x] % 7
        r, g, b = (red, green, blue) if shade is None else (shade, shade, shade + 4)
        pixels += bytes((int(r * light) + speck, int(g * light) + speck, int(b * light) + speck))
    return bytes(pixels)


def _wheel(x: float, y: float, turn: float, broken: bool) -> int | None:
    """The grey of the wheel at a place seen from its hub; None where one looks through it."""
    distance = math.hypot(x, y) / RADIUS
    if distance > 1.08:
        return None
    angle = math.atan2(y, x) + turn
    distance *= 1 + 0.07 * math.sin(2 * angle) if broken else 1
    if distance > 1 or distance < 0.06:
        return 40 if distance < 0.06 else None
    if distance > 0.88:
        return 34 + int(10 * math.sin(angle * 60))
    if distance > 0.81:
        return 176 + int(40 * math.cos(angle))
    if distance < 0.14:
        return 120
    return _spoke(angle, distance, broken)


def _spoke(angle: float, distance: float, broken: bool) -> int | None:
    if broken and 0.6 < angle < 1.3:
        return None
    turns = angle * SPOKES / (2 * math.pi)
    return 190 if abs(turns - round(turns)) * distance < 0.037 else None


def _png(rows: list[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 6)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
