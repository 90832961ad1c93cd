"""Links in one form: absolute, without trackers and wrappers, so that one page has one address."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

from newsletter.collect.trackers import UNWRAPPED, is_tracker

_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f]+")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_END = re.compile(r"(?<=[^/])/amp/?$")
_AMP_PAGE = re.compile(r"\.amp(?=\.html?$)|(?<=\.html)\.amp$|(?<=/)amp\.(?=html?$)")
_AMP_CACHE = re.compile(r"^/(?:amp|[a-z])(?:/s)?/(?:s/)?([^/]+\.[^/]+/.*)$")
_WECHAT = ("__biz", "mid", "idx", "sn")
_WRAPS = 3

_Parts = tuple[str, str, str, str, str]


def absolute(link: str, bases: Iterable[str]) -> str:
    """The link resolved against the first base that makes it a web address; "" where none does."""
    link = link.strip()
    if not link:
        return ""
    if _SCHEME.match(link):
        return link if link[:5].lower() == "http:" or link[:6].lower() == "https:" else ""
    for base in bases:
        try:
            found = urljoin(base, link)
        except ValueError:
            continue
        if found.lower().startswith(("http://", "https://")):
            return found
    return f"https:{link}" if link.startswith("//") else ""


@lru_cache(maxsize=4096)
def canonical(url: str, own_site: str = "") -> str:
    """The address that stands for a page; "" for what is none. Unknown parameters stay: they may be the page."""
    parts = _parts(url)
    for _ in range(_WRAPS):
        if parts is not None and (inner := _unwrapped(parts)):
            parts = _parts(inner)
    if parts is None:
        return ""
    scheme, host, path, query, fragment = _without_amp(parts)
    query = _wechat(query) if host == "mp.weixin.qq.com" else _kept(query, host, own_site)
    fragment = fragment if fragment.startswith(("!", "/")) else ""
    return urlunsplit((scheme, host, path, query, fragment))


def host_of(url: str) -> str:
    """The host's name, "" for what names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def same_page_key(link: str) -> str:
    """What is left when a site moves from http to https or to www: the address without scheme, www, closing slash."""
    bare = re.sub(r"^https?://(?:www\.|m\.|amp\.)?", "", link)
    return bare.rstrip("/")


def path_of(url: str) -> str:
    """A web address without scheme and host, "" where nothing is left to tell pages apart."""
    if not url.lower().startswith(("http://", "https://")):
        return ""
    rest = url.split("/", 3)[3] if url.count("/") > 2 else ""
    return rest.rstrip("/") if any(character.isalnum() for character in rest) else ""


def _parts(url: str) -> _Parts | None:
    try:
        found = urlsplit(_UNSAFE.sub(lambda match: "%20" * match[0].count(" "), url.strip()))
        host, port = _host(found.hostname or ""), found.port
        path = _path(_normal(found.path, "/:@!$&'()*+,;=")) or "/"
        query = _normal(found.query, "/:@!$&'()*+,;=?[]{}|")
        fragment = _normal(found.fragment, "/:@!$&'()*+,;=?")
    except ValueError:  # half a bracket, a port of letters, half a character
        return None
    scheme = found.scheme.lower()
    if scheme not in _PORTS or not host:
        return None
    if port and port != _PORTS[scheme]:
        host = f"{host}:{port}"
    return scheme, host, path, query, fragment


def _host(name: str) -> str:
    name = name.rstrip(".").lower()
    if ":" in name:
        return f"[{name}]"
    if name.isascii():
        return name if re.fullmatch(r"[a-z0-9._\-]+", name) else ""
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _normal(text: str, safe: str) -> str:
    """Escapes in capitals, none where none is needed, one for every character beyond ASCII."""
    if "%" in text:
        text = _ESCAPE.sub(_escape, text)
    return text if text.isascii() and not re.search(r"[\"<>^`{}|\\ ]", text) else quote(text, safe=safe + "%")


def _escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _path(path: str) -> str:
    """Without dot segments (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept) + ("/" if segments[-1] in (".", "..") and kept[-1] != "" else "")


def _unwrapped(parts: _Parts) -> str:
    """The address inside that of a redirector, "" for any other; nothing is asked of the network."""
    _, host, path, query, _ = parts
    bare = host.removeprefix("www.")
    if (
        bare.endswith(".cdn.ampproject.org")
        or bare == "cdn.ampproject.org"
        or (_is_google(bare) and path.startswith("/amp/"))
    ):
        inside = _AMP_CACHE.match(path)
        return f"https://{inside[1]}" + (f"?{query}" if query else "") if inside else ""
    names = UNWRAPPED.get(bare + path.rstrip("/")) or UNWRAPPED.get(bare) or ()
    if _is_google(bare) and path == "/url":
        names = ("q", "url")
    if not names:
        return ""
    given = dict(parse_qsl(query))
    found = next((given[name] for name in names if given.get(name)), "")
    found = unquote(found) if found.lower().startswith(("http%3a", "https%3a")) else found
    return found if found.lower().startswith(("http://", "https://")) else ""


def _is_google(bare: str) -> bool:
    return bare.startswith("google.") or bare == "news.url.google.com"


def _without_amp(parts: _Parts) -> _Parts:
    scheme, host, path, query, fragment = parts
    path = _AMP_PAGE.sub("", _AMP_END.sub("/" if path.endswith("/") else "", path))
    if host.startswith("amp.") and host.count(".") >= 2:
        host = {"amp.theguardian.com": "www.theguardian.com", "amp.dw.com": "www.dw.com"}.get(host, host)
    return scheme, host, path, query, fragment


def _kept(query: str, host: str, own_site: str) -> str:
    if not query:
        return ""
    pairs = [pair for pair in query.split("&") if pair and not _is_noise(pair, host, own_site)]
    return "&".join(sorted(pairs, key=lambda pair: pair.partition("=")[0]))


def _is_noise(pair: str, host: str, own_site: str) -> bool:
    name, _, value = pair.partition("=")
    return is_tracker(unquote(name).lower(), unquote(value).lower(), host.partition(":")[0], own_site)


def _wechat(query: str) -> str:
    """Four parameters name an article of WeChat, the others say who passed it on."""
    given = dict(pair.partition("=")[::2] for pair in query.split("&"))
    if any(name not in given for name in _WECHAT):
        return _kept(query, "mp.weixin.qq.com", "")
    return "&".join(f"{name}={given[name]}" for name in _WECHAT)
