"""Which addresses feeds may be fetched from: public ones, and the private networks that the operator names."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What `ipaddress.is_global` of Python 3.11 calls public and is not: the DS-Lite range, NAT64 and 6to4, which carry an
# IPv4 address of any kind, and one public address that answers with the secrets of a cloud's machines.
_CLOSED = tuple(
    map(
        ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"),
    )
)
_CARRYING = tuple(map(IPv6Network, ("64:ff9b::/96", "::ffff:0:0/96")))


def refusal(address: str, port: int, *, allowed: Collection[Network], ports: Collection[int]) -> str:
    """Why no connection may be made, or "". Ports are the public web's: what the operator allows may use any."""
    try:
        given = ip_address(address.partition("%")[0])
    except ValueError:
        return f"refused: {address} is no address"
    if _inside(given, allowed) or _inside(_carried(given), allowed):
        return ""
    if not _is_public(given):
        return f"refused: {address} is not a public address"
    if port not in ports:
        return f"refused: port {port} is not one of [collect] ports"
    return ""


def _carried(address: Address) -> Address:
    """The IPv4 address that is meant by one of NAT64 or a mapped one; any other address itself."""
    if isinstance(address, IPv6Address) and any(address in network for network in _CARRYING):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    special = address.is_multicast or address.is_unspecified or address.is_reserved or address.is_link_local
    return address.is_global and not special and not _inside(address, _CLOSED)


def _inside(address: Address, networks: Collection[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
