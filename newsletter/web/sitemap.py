"""What search engines are told: where the pages are, and which are none of theirs."""

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_CLOSED = ("/desk/", "/search", "/confirm/", "/unsubscribe/", "/preferences/", "/hooks/", "/metrics")


def robots(sitemap_address: str) -> str:
    closed = "".join(f"Disallow: {path}\n" for path in _CLOSED)
    return f"User-agent: *\n{closed}\nSitemap: {sitemap_address}\n"


def sitemap(addresses: Sequence[tuple[str, datetime | None]]) -> bytes:
    """A sitemap of at most 50,000 addresses (sitemaps.org)."""
    root = ET.Element("urlset", xmlns=_SITEMAPS)
    for address, changed in addresses[:50_000]:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = address
        if changed is not None:
            ET.SubElement(url, "lastmod").text = changed.date().isoformat()
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found
