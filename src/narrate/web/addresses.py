"""Which network addresses may be reached, whatever they are disguised as."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from narrate.web.failures import PRIVATE, Failure, show

IPAddress = IPv4Address | IPv6Address

THIS_MACHINE = "an address of this machine itself"
PRIVATE_ADDRESS = "a private address"
LINK_LOCAL = "a link-local address"
MULTICAST = "a multicast address"
RESERVED = "a reserved address"

FORBIDDEN_4 = {
    "0.0.0.0/8": THIS_MACHINE,
    "10.0.0.0/8": PRIVATE_ADDRESS,
    "100.64.0.0/10": PRIVATE_ADDRESS,  # behind a carrier's NAT
    "127.0.0.0/8": THIS_MACHINE,
    "168.63.129.16/32": "an address of the cloud this machine is in",  # Azure's, though public by its number
    "169.254.0.0/16": LINK_LOCAL,  # with the clouds' metadata
    "172.16.0.0/12": PRIVATE_ADDRESS,
    "192.0.0.0/24": RESERVED,  # for protocols
    "192.0.2.0/24": RESERVED,  # for documents
    "192.88.99.0/24": RESERVED,  # relays of 6to4
    "192.168.0.0/16": PRIVATE_ADDRESS,
    "198.18.0.0/15": RESERVED,  # for benchmarks
    "198.51.100.0/24": RESERVED,  # for documents
    "203.0.113.0/24": RESERVED,  # for documents
    "224.0.0.0/4": MULTICAST,
    "240.0.0.0/4": RESERVED,
}
"""Source: IANA IPv4 Special-Purpose Address Registry, and RFC 5771 for multicast."""

FORBIDDEN_6 = {
    "::/127": THIS_MACHINE,
    "::/96": RESERVED,  # IPv4-compatible, given up
    "::ffff:0:0:0/96": RESERVED,  # IPv4-translated
    "64:ff9b:1::/48": PRIVATE_ADDRESS,  # NAT64 of one network's own
    "100::/64": RESERVED,  # discard
    "2001::/23": RESERVED,  # for protocols: Teredo, ORCHID, benchmarks
    "2001:db8::/32": RESERVED,  # for documents
    "3fff::/20": RESERVED,  # for documents
    "fc00::/7": PRIVATE_ADDRESS,
    "fe80::/10": LINK_LOCAL,
    "fec0::/10": PRIVATE_ADDRESS,  # site-local, given up
    "ff00::/8": MULTICAST,
}
"""The first that fits counts. Source: IANA IPv6 Special-Purpose Address Registry."""

NETWORKS_4 = [(IPv4Network(network), danger) for network, danger in FORBIDDEN_4.items()]
NETWORKS_6 = [(IPv6Network(network), danger) for network, danger in FORBIDDEN_6.items()]

GLOBAL_6 = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")

HEX = re.compile(r"0[xX][0-9a-fA-F]*")


def find_danger(address: IPAddress) -> str | None:
    """What speaks against reaching an address, such as `a private address`; None where nothing does.

    An IPv6 address that carries an IPv4 one is as dangerous as what it carries.
    """
    if isinstance(address, IPv4Address):
        return next((danger for network, danger in NETWORKS_4 if address in network), None)
    carried = list(_carried_by(address))
    for inner in carried:
        if danger := find_danger(inner):
            return f"{inner} in disguise, {danger}"
    if danger := next((danger for network, danger in NETWORKS_6 if address in network), None):
        return danger
    return None if address in GLOBAL_6 or carried else RESERVED


def _carried_by(address: IPv6Address) -> Iterator[IPv4Address]:
    """IPv4 addresses inside an IPv6 one, where a gateway or the system would take them out.

    Source:
        RFC 4291 2.5.5 (mapped, compatible), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo),
        RFC 2765 (translated), RFC 5214 (ISATAP).
    """
    bits = int(address)
    low = IPv4Address(bits & 0xFFFFFFFF)
    if address.ipv4_mapped or address in NAT64 or (bits > 1 and bits >> 32 in (0, 0xFFFF << 16)):
        yield low
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if bits >> 32 & 0xFCFFFFFF == 0x5EFE:
        yield low


def read_number(host: str) -> IPAddress | None:
    """The address that a host writes out, in any notation a browser understands; None for a name.

    Args:
        host: lower case, without brackets; `127.1`, `0x7f.0.0.1` and `2130706433` are 127.0.0.1.

    Raises:
        ValueError: it ends in a number, as no name does, and is no address.

    Source:
        WHATWG URL Standard, 3.5, the IPv4 parser.
    """
    if ":" in host:
        if "%" in host:
            raise ValueError("a zone means nothing outside this machine")
        return IPv6Address(host)
    parts = host.removesuffix(".").split(".")
    if not (re.fullmatch(r"[0-9]+", parts[-1]) or HEX.fullmatch(parts[-1])):
        return None
    *first, last = (_read_part(part) for part in parts)
    if len(first) > 3 or any(part > 255 for part in first) or last >= 256 ** (4 - len(first)):
        raise ValueError(f"{host} is no address")
    return IPv4Address(sum(part << 8 * (3 - place) for place, part in enumerate(first)) + last)


def _read_part(part: str) -> int:
    if HEX.fullmatch(part):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def is_local_name(host: str) -> bool:
    """True for names that always mean this machine. Source: RFC 6761, 6.3."""
    return f".{host.removesuffix('.').lower()}".endswith((".localhost", ".localhost.localdomain"))


def resolve_name(host: str, port: int) -> list[str]:
    """Addresses of a host, best first, as the system knows them.

    Raises:
        OSError: it has none, or nobody could be asked.
    """
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The network as a fetch sees it; a test can give a small one of its own."""

    resolve: Callable[[str, int], Sequence[str]] = resolve_name
    """Addresses of a host and port, best first; OSError where it has none."""

    find_danger: Callable[[IPAddress], str | None] = find_danger
    """What speaks against reaching an address; None where nothing does."""

    def without_dangers(self) -> Network:
        """The same, with every address open."""
        return replace(self, find_danger=lambda _: None)


INTERNET = Network()


def refuse_danger(host: str, address: IPAddress, network: Network) -> None:
    """Raise Failure where the address of a host is one that may not be reached."""
    if danger := network.find_danger(address):
        stands = f"{host} is" if host == address.compressed else f"{show(host)} stands for {address},"
        raise Failure(f"{stands} {danger}", PRIVATE)
