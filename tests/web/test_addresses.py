"""Every forbidden address stays forbidden, whatever it is wrapped in and however it is written."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.errors import SourceError
from narrate.web.addresses import FORBIDDEN_4, find_danger, is_local_name, read_number, resolve_name
from narrate.web.fetch import fetch

PUBLIC = ["8.8.8.8", "93.184.215.14", "172.15.255.255", "172.32.0.0", "100.63.255.255", "192.0.1.0", "223.255.255.255"]

WRAPPINGS: dict[str, Callable[[int], int]] = {
    "mapped": lambda number: (0xFFFF << 32) | number,
    "compatible": lambda number: number,
    "translated": lambda number: (0xFFFF << 48) | number,
    "NAT64": lambda number: (0x64FF9B << 96) | number,
    "6to4": lambda number: (0x2002 << 112) | (number << 80) | 1,
    "Teredo's client": lambda number: (0x20010000 << 96) | (0x08080808 << 64) | (number ^ 0xFFFFFFFF),
    "Teredo's server": lambda number: (0x20010000 << 96) | (number << 64) | (0x08080808 ^ 0xFFFFFFFF),
    "ISATAP": lambda number: (0x2A00 << 112) | (0x5EFE << 32) | number,
    "ISATAP of a unique address": lambda number: (0x2A00 << 112) | (0x2005EFE << 32) | number,
}


def forbidden() -> st.SearchStrategy[IPv4Address]:
    networks = st.sampled_from([IPv4Network(network) for network in FORBIDDEN_4])
    return networks.flatmap(lambda network: st.integers(int(network[0]), int(network[-1])).map(IPv4Address))


def notations(address: IPv4Address) -> list[str]:
    a, b, c, d = address.packed
    number = int(address)
    return [
        str(address),
        f"{address}.",
        str(number),
        hex(number),
        f"0X{number:X}",
        f"0{number:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0x{a:08x}.{b}.000{c:o}.0x{d:x}",
        str(address).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
        str(address).replace(".", "。"),
        str(address).replace(".", "\uff0e"),
        "".join(f"%{ord(mark):02X}" for mark in str(address)),
    ]


@pytest.mark.parametrize(
    ("address", "danger"),
    [
        ("0.0.0.0", "an address of this machine itself"),
        ("127.0.0.1", "an address of this machine itself"),
        ("127.255.255.254", "an address of this machine itself"),
        ("10.1.2.3", "a private address"),
        ("172.16.0.1", "a private address"),
        ("172.31.255.255", "a private address"),
        ("192.168.1.1", "a private address"),
        ("100.64.0.1", "a private address"),
        ("100.100.100.200", "a private address"),
        ("169.254.169.254", "a link-local address"),
        ("168.63.129.16", "an address of the cloud this machine is in"),
        ("224.0.0.1", "a multicast address"),
        ("239.255.255.250", "a multicast address"),
        ("240.0.0.1", "a reserved address"),
        ("255.255.255.255", "a reserved address"),
        ("192.0.0.8", "a reserved address"),
        ("192.0.2.1", "a reserved address"),
        ("198.18.0.1", "a reserved address"),
        ("203.0.113.9", "a reserved address"),
        ("::", "an address of this machine itself"),
        ("::1", "an address of this machine itself"),
        ("::5", "0.0.0.5 in disguise, an address of this machine itself"),
        ("::ffff:127.0.0.1", "127.0.0.1 in disguise, an address of this machine itself"),
        ("::127.0.0.1", "127.0.0.1 in disguise, an address of this machine itself"),
        ("::8.8.8.8", "a reserved address"),
        ("64:ff9b::7f00:1", "127.0.0.1 in disguise, an address of this machine itself"),
        ("64:ff9b::a9fe:a9fe", "169.254.169.254 in disguise, a link-local address"),
        ("64:ff9b:1::808:808", "a private address"),
        ("2002:7f00:1::", "127.0.0.1 in disguise, an address of this machine itself"),
        ("2002:c0a8:101::1", "192.168.1.1 in disguise, a private address"),
        ("2001::1", "0.0.0.0 in disguise, an address of this machine itself"),
        ("2001:0:808:808::f7f7:f7f7", "a reserved address"),
        ("2a00::5efe:10.0.0.1", "10.0.0.1 in disguise, a private address"),
        ("2001:db8::1", "a reserved address"),
        ("3fff::1", "a reserved address"),
        ("100::1", "a reserved address"),
        ("fc00::1", "a private address"),
        ("fd00:ec2::254", "a private address"),
        ("fe80::1", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("fec0::1", "a private address"),
        ("ff02::1", "a multicast address"),
        ("4000::1", "a reserved address"),
        ("5f00::1", "a reserved address"),
    ],
)
def test_an_address_that_is_not_the_public_web_is_called_by_its_name(address: str, danger: str) -> None:
    assert find_danger(ip_address(address)) == danger


@pytest.mark.parametrize(
    "address",
    [*PUBLIC, "2606:2800:220:1::1", "2a00:1450::5efe", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"],
)
def test_a_public_address_is_open(address: str) -> None:
    assert find_danger(ip_address(address)) is None


@pytest.mark.parametrize("wrapping", WRAPPINGS.values(), ids=WRAPPINGS.keys())
@given(address=forbidden())
def test_a_forbidden_address_stays_forbidden_in_every_wrapping(
    wrapping: Callable[[int], int], address: IPv4Address
) -> None:
    assert find_danger(address) is not None
    assert find_danger(IPv6Address(wrapping(int(address)))) is not None


@settings(deadline=None)
@given(address=forbidden())
def test_a_forbidden_address_is_refused_in_every_notation(address: IPv4Address) -> None:
    for notation in notations(address):
        with pytest.raises(SourceError, match=f"cannot be fetched: {address} is an? .*add --allow-private."):
            fetch(f"http://{notation}/")


@given(address=st.integers(0, 2**32 - 1).map(IPv4Address))
def test_every_notation_of_an_address_is_read_as_that_address(address: IPv4Address) -> None:
    for notation in notations(address)[:11]:
        assert read_number(notation.lower()) == address


@given(address=st.integers(0, 2**128 - 1).map(IPv6Address))
def test_an_ipv6_address_is_read_as_itself(address: IPv6Address) -> None:
    assert read_number(str(address)) == address


@pytest.mark.parametrize("name", ["example.com", "1.example", "127.0.0.1.example.com", "0xg", "a1", "1.2.3.4a"])
def test_a_name_is_no_number(name: str) -> None:
    assert read_number(name) is None


@pytest.mark.parametrize(
    "host", ["1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.16777216", "4294967296", "08.1.1.1", "a.1", "1..1", "fe80::1%1"]
)
def test_what_ends_in_a_number_and_is_no_address_is_nothing(host: str) -> None:
    with pytest.raises(ValueError, match="."):
        read_number(host)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost", "localhost.localdomain"])
def test_localhost_is_known_by_all_its_names(host: str) -> None:
    assert is_local_name(host)
    assert not is_local_name(f"{host.rstrip('.')}.example")


def test_the_system_is_asked_for_names() -> None:
    assert "127.0.0.1" in resolve_name("127.0.0.1", 80)
    with pytest.raises(socket.gaierror):
        resolve_name("nobody.invalid", 80)
