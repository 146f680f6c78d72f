"""A tiny name server on loopback, that knows what a test tells it and nothing else."""

import socket
import threading

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class NameServer:
    """`zone` maps "name TYPE" to values; what stands below no known name does not exist (NXDOMAIN)."""

    def __init__(self, zone: dict[str, str | list[str]]):
        self.zone = {key: [values] if isinstance(values, str) else values for key, values in zone.items()}
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> "NameServer":
        return self

    def __exit__(self, *_) -> None:
        self._socket.sendto(b"", self._socket.getsockname())

    def resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self._socket.getsockname()[1]
        return resolver

    def _serve(self) -> None:
        with self._socket:
            while True:
                data, who = self._socket.recvfrom(4096)
                if not data:
                    return
                self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), who)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        [question] = query.question
        name = question.name.to_text(omit_final_dot=True)
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        answer = dns.message.make_response(query)
        values = self.zone.get(f"{name} {kind}", [])
        if values:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(key.split()[0] == name or key.split()[0].endswith(f".{name}") for key in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
