import asyncio
from ipaddress import ip_network

import pytest

from newsletter.collect.answers import Failed
from newsletter.collect.fetcher import Fetcher
from newsletter.collect.guarding import refusal
from newsletter.config import Collect
from tests.builders import NOW

WEB = (80, 443)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1",
    ],
)  # fmt: skip
def test_no_connection_to_an_address_that_is_not_public(address: str) -> None:
    assert "not a public address" in refusal(address, 443, allowed=(), ports=WEB)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_the_public_web_is_open_at_its_ports_only(address: str) -> None:
    assert refusal(address, 443, allowed=(), ports=WEB) == ""
    assert "port 25" in refusal(address, 25, allowed=(), ports=WEB)


def test_a_network_that_the_operator_names_is_open_at_any_port_and_no_other_network() -> None:
    own = (ip_network("127.0.0.0/8"),)
    assert refusal("127.0.0.1", 9999, allowed=own, ports=WEB) == ""
    assert refusal("::ffff:127.0.0.1", 9999, allowed=own, ports=WEB) == ""
    assert refusal("10.0.0.1", 80, allowed=own, ports=WEB)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://0x7f.1/", "http://0x7f000001/", "http://2130706433/",
        "http://0177.0.0.1/", "http://0/", "http://[::1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/",
        "http://localhost/", "http://①②⑦.0.0.1/", "http://user:word@127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd",
        "gopher://127.0.0.1/", "http://", "http://[half/",
    ],
)  # fmt: skip
def test_no_notation_of_a_private_address_is_fetched(url: str) -> None:
    async def fetch() -> object:
        async with Fetcher(Collect(), site="https://news.example") as fetcher:
            return await fetcher.fetch(url, now=NOW)

    found = asyncio.run(fetch())
    assert isinstance(found, Failed)
    assert not found.unreachable
