"""A reading process kept warm and easily replaced, so that no message, however hostile, holds up its neighbours.

`Reader` is the caller's side: it starts the process, hands it messages one by one, kills it when one takes too long, and replaces it
every so often. Run as a module, this file is the other side: memory and time bounded, no Django, no network, ends with its caller.
"""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from comptoir.channels.envelope import Envelope

from . import glance, layout, open_part, problems, read, wire

MEMORY = 1_000_000_000
SECONDS = 2.0
SECONDS_PER_MB = 0.4
PATIENT_ABOVE = 5_000_000
STARTING = 3.0  # a cold start on a busy machine is not the message's fault
MESSAGES = 500
ROOT = str(Path(__file__).resolve().parents[4])


class Stopped(Exception):
    """The reading process was killed, or died, over this message."""


class Reader:
    """Reads mail in processes of its own, `size` of them at most; any thread may call."""

    def __init__(self, *, size: int = 1, seconds: float = SECONDS, messages: int = MESSAGES):
        self.seconds, self.messages = seconds, messages
        self._free: list[Process] = []
        self._places = threading.BoundedSemaphore(size)
        self._door = threading.Lock()
        self._closed = False

    def read(self, raw: bytes) -> Envelope:
        """The message as an envelope; of one that cannot be read in time, what its headers tell."""
        try:
            return wire.load(self._ask(wire.READ, raw))
        except Stopped:
            return glance(raw, problems.TOO_LONG)
        except (ValueError, TypeError, KeyError):
            return glance(raw, problems.UNREADABLE)

    def open_part(self, raw: bytes, position: str) -> bytes:
        try:
            return self._ask(wire.OPEN, raw, position)
        except Stopped:
            return b""

    def layout(self, raw: bytes) -> str:
        try:
            return self._ask(wire.LAYOUT, raw).decode("utf-8", "replace")
        except Stopped:
            return ""

    def close(self) -> None:
        with self._door:
            self._closed, leaving, self._free = True, self._free, []
        for process in leaving:
            process.end()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _ask(self, what: bytes, raw: bytes, argument: str = "") -> bytes:
        with self._places:
            process = self._take()
            try:
                answer = process.ask(what, raw, argument, self._patience(raw))
            except BaseException:
                process.end()
                raise
            self._give_back(process)
            return answer

    def _patience(self, raw: bytes) -> float:
        return self.seconds + max(0, len(raw) - PATIENT_ABOVE) / 1_000_000 * SECONDS_PER_MB

    def _take(self) -> "Process":
        with self._door:
            process = self._free.pop() if self._free else None
        if process and not process.is_alive:
            process.end()
            process = None
        return process or Process()

    def _give_back(self, process: "Process") -> None:
        with self._door:
            stays = process.answered < self.messages and not self._closed
            if stays:
                self._free.append(process)
        if not stays:
            process.end()


class Process:
    """One reading process and the two pipes that lead to it."""

    def __init__(self):
        environment = {
            "PYTHONPATH": os.pathsep.join([ROOT, *filter(None, sys.path)]),
            "PYTHONHASHSEED": "random",
        }
        command = [sys.executable, "-S", "-c", f"from {__spec__.name} import serve; serve()"]
        self.child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        self.into, self.out = self.child.stdin.fileno(), self.child.stdout.fileno()
        os.set_blocking(self.into, False)
        os.set_blocking(self.out, False)
        self.answered = 0

    @property
    def is_alive(self) -> bool:
        return self.child.poll() is None

    def ask(self, what: bytes, raw: bytes, argument: str, patience: float) -> bytes:
        word = argument.encode()
        if not self.answered:
            patience += STARTING
        deadline = time.monotonic() + patience
        self._send(
            wire.ASK.pack(what, len(word), len(raw)) + int(patience * 1000).to_bytes(4, "big") + word,
            deadline,
        )
        self._send(raw, deadline)
        kind, length = wire.ANSWER.unpack(self._receive(wire.ANSWER.size, deadline))
        if kind != wire.DONE or length > wire.LONGEST_ANSWER:
            raise Stopped
        answer = self._receive(length, deadline)
        self.answered += 1
        return answer

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(deadline, writing=True)
            try:
                view = view[os.write(self.into, view[:1_000_000]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Stopped from error

    def _receive(self, length: int, deadline: float) -> bytes:
        pieces, missing = [], length
        while missing:
            self._wait(deadline, writing=False)
            piece = os.read(self.out, min(missing, 1_000_000))
            if not piece:
                raise Stopped
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _wait(self, deadline: float, *, writing: bool) -> None:
        left = deadline - time.monotonic()
        watch = select.poll()
        watch.register(self.into if writing else self.out, select.POLLOUT if writing else select.POLLIN)
        if left <= 0 or not watch.poll(left * 1000):
            raise Stopped

    def end(self) -> None:
        """Kills it: a process between two messages has nothing to lose."""
        self.child.kill()
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait()


def serve() -> None:
    """The other side: answers until the pipe closes, which is also how it learns that its caller is gone."""
    _bound()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while True:
        head = source.read(wire.ASK.size + 4)
        if len(head) < wire.ASK.size + 4:
            return
        what, word_length, length = wire.ASK.unpack(head[: wire.ASK.size])
        argument = source.read(word_length).decode("utf-8", "replace")
        raw = source.read(length)
        if len(raw) < length:
            return
        # The kernel ends us a little after our caller would have: it may be dead, and C code hears no Python signal.
        signal.setitimer(signal.ITIMER_REAL, int.from_bytes(head[wire.ASK.size :], "big") / 1000 + 1)
        kind, answer = _answer(what, argument, raw)
        signal.setitimer(signal.ITIMER_REAL, 0)
        target.write(wire.ANSWER.pack(kind, len(answer)))
        target.write(answer)
        target.flush()


def _answer(what: bytes, argument: str, raw: bytes) -> tuple[bytes, bytes]:
    try:
        if what == wire.READ:
            return wire.DONE, wire.dump(read(raw))
        if what == wire.OPEN:
            return wire.DONE, open_part(raw, argument)
        return wire.DONE, layout(raw).encode("utf-8", "replace")
    except Exception:
        return wire.FAILED, b""


def _bound() -> None:
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who closes the pipe
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    serve()
