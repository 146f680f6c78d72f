"""An outgoing mail server that does what a test tells it to: refuse, hesitate, drip, or hang up at any step."""

import contextlib
import socket
import ssl
import threading
import time


class Scripted:
    """Listens on loopback; `says` gives an answer for a command ("RCPT", or "RCPT nour@example.org").

    An answer of "cut" hangs up, "mute" says nothing, "drip" says one letter at a time, for ever. The answer
    to the message itself is under "." and what was taken is in `mails`, its envelope in `senders`, `people`.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, **says):
        self.says = {"": "220 ready", ".": "250 2.0.0 taken", **says}
        self.tls = tls
        self.mails: list[bytes] = []
        self.senders: list[str] = []
        self.people: list[str] = []
        self.logins: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> "Scripted":
        return self

    def __exit__(self, *_) -> None:
        for one in (self._socket, *self._lines):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _where = self._socket.accept()
                self._lines.append(line)
                threading.Thread(target=self._converse, args=(line,), daemon=True).start()

    def _converse(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            self._talk(line)
        with contextlib.suppress(OSError):
            line.close()

    def _talk(self, line: socket.socket) -> None:
        self._say(line, self.says[""])
        file = line.makefile("rb")
        while words := file.readline().decode("utf-8").strip():
            verb = words.split()[0].upper()
            answer = self._answer(verb, words)
            self._note(verb, words, answer)
            self._say(line, answer)
            if verb == "STARTTLS":
                line = self.tls.wrap_socket(line, server_side=True)
                self._lines.append(line)
                file = line.makefile("rb")
            if verb == "DATA" and answer.startswith("354"):
                self._take_message(line, file)
            if verb == "QUIT":
                return

    def _answer(self, verb: str, words: str) -> str:
        address = words.partition("<")[2].partition(">")[0]
        usual = {"DATA": "354 go on", "EHLO": self.says.get("features", "250 here"), "AUTH": "235 welcome"}
        for key in (f"{verb} {address}", verb):
            if key in self.says:
                return self.says[key]
        return usual.get(verb, "250 ok")

    def _note(self, verb: str, words: str, answer: str) -> None:
        if verb == "MAIL":
            self.senders.append(words.partition("<")[2].partition(">")[0])
        if verb == "RCPT" and answer.startswith("2"):
            self.people.append(words.partition("<")[2].partition(">")[0])
        if verb == "AUTH":
            self.logins.append(words.partition(" ")[2])

    def _take_message(self, line: socket.socket, file) -> None:
        pieces = []
        if self.says.get("DATA then") == "cut":
            raise EOFError
        while (piece := file.readline()) != b".\r\n":
            if not piece:
                raise EOFError
            pieces.append(piece)
        self.mails.append(b"".join(pieces))
        self._say(line, self.says["."])

    def _say(self, line: socket.socket, answer: str) -> None:
        if answer == "cut":
            raise EOFError
        if answer == "mute":
            time.sleep(30)
        elif answer == "drip":
            for letter in "250-" + "x" * 1000:
                line.sendall(letter.encode())
                time.sleep(0.05)
        else:
            line.sendall(answer.replace("\n", "\r\n").encode() + b"\r\n")
