"""Which addresses feeds may be fetched from: public ones, and the private networks that the operator names."""

from collections.abc import Collection, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# `ipaddress.is_global` of Python 3.11 says True for 192.0.0.8; 168.63.129.16 is public and yet the metadata of a cloud.
_CLOSED = tuple(map(ip_network, ("192.0.0.0/24", "168.63.129.16/32", "192.88.99.0/24", "2001::/23", "5f00::/16")))
_NAT64 = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


def refusal(address: str, port: int, *, allowed: Collection[Network], ports: Collection[int]) -> str:
    """Why no connection may be made, or "". Ports are the public web's: what the operator allows may use any."""
    try:
        given = ip_address(address.partition("%")[0])
    except ValueError:
        return f"refused: {address} is no address"
    every = tuple(_meant(given))
    if all(_inside(one, allowed) for one in every[-1:]) or _inside(given, allowed):
        return ""
    if not all(_is_public(one) for one in every):
        return f"refused: {address} is not a public address"
    if port not in ports:
        return f"refused: port {port} is not one of [collect] ports"
    return ""


def _meant(address: Address) -> Iterator[Address]:
    """The address and, last, the IPv4 one that it carries through NAT64, 6to4 or mapping."""
    yield address
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif any(address in network for network in _NAT64) and int(address) > 1:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _is_public(address: Address) -> bool:
    carries = isinstance(address, IPv6Address) and address.ipv4_mapped is not None
    special = address.is_multicast or address.is_unspecified or address.is_reserved
    return (address.is_global or carries) and (carries or not special) and not _inside(address, _CLOSED)


def _inside(address: Address, networks: Collection[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
