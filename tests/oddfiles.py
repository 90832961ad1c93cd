"""Odd feeds, written by us: each is a claim about what is still read from it."""

# ruff: noqa: E501 — a claim a row, with the bytes that it is about
import gzip
from dataclasses import dataclass, field

_DATE = "<pubDate>Mon, 09 Mar 2026 08:30:00 GMT</pubDate>"


@dataclass(frozen=True)
class Odd:
    """`wants` are the fields of the first entry; `count` the entries; `problem` a word of one problem, "" for none."""

    claim: str
    body: bytes
    wants: dict[str, object] = field(default_factory=dict)
    count: int = 1
    kind: str = "rss"
    problem: str | None = None
    url: str = "https://site.example/feeds/all.xml"
    content_type: str = ""


def rss(items: str, head: str = "", start: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    space = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom"'
    )
    link = "" if "<link>" in head else "<link>https://site.example/</link>"
    text = f'{start}<rss version="2.0" {space}><channel><title>Odd</title>{link}{head}{items}</channel></rss>'
    return text.encode("utf-8", "surrogatepass")


def item(inside: str = "", title: str = "One", link: str = "https://site.example/1") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{inside}</item>"


def atom(entries: str, head: str = "", attributes: str = "") -> bytes:
    text = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" {}><title>Odd</title>{}{}</feed>'
    return text.format(attributes, head, entries).encode()


def entry(inside: str = "", title: str = "<title>One</title>") -> str:
    return f'<entry>{title}<id>urn:x:1</id><link href="https://site.example/1"/>{inside}</entry>'


def _json(inside: str, head: str = "") -> bytes:
    return (
        '{"version":"https://jsonfeed.org/version/1.1","title":"Odd",' + head + '"items":[' + inside + "]}"
    ).encode()


_LONG = "word " * 20_000
_RDF = (
    b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://site.example/"><title>Odd</title>'
    b'<link>https://site.example/</link></channel><item rdf:about="https://site.example/1"><title>One</title>'
    b"<link>https://site.example/1</link><dc:date>2026-03-09T08:30:00Z</dc:date><dc:creator>Ann Lee</dc:creator></item></rdf:RDF>"
)
_CDF = (
    b'<CHANNEL HREF="https://site.example/"><TITLE>Odd</TITLE><ITEM HREF="https://site.example/1"><TITLE>One</TITLE>'
    b"<ABSTRACT>Words</ABSTRACT></ITEM></CHANNEL>"
)

ODD = (
    # -- kinds of feeds
    Odd("RSS 2.0 is read", rss(item(_DATE)), {"title": "One", "link": "https://site.example/1"}),
    Odd("RSS 0.91 with a DOCTYPE is read", b'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://my.netscape.com/rss-0.91.dtd">'
        b'<rss version="0.91"><channel><title>O</title><link>https://site.example/</link>' + item().encode() + b"</channel></rss>", {"title": "One"}),
    Odd("RSS 0.90 in RDF is read", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        b"<channel><title>O</title></channel>" + item().encode() + b"</rdf:RDF>", {"title": "One"}),
    Odd("RSS 1.0 keeps date and creator", _RDF, {"author": "Ann Lee", "dates": ("2026-03-09T08:30:00Z",)}),
    Odd("Atom 1.0 is read", atom(entry("<updated>2026-03-09T08:30:00Z</updated>")), {"guid": "urn:x:1"}, kind="atom"),
    Odd("Atom 0.3 is read", b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>O</title><entry><title>One</title>'
        b'<link rel="alternate" type="text/html" href="https://site.example/1"/><issued>2026-03-09T08:30:00Z</issued></entry></feed>',
        {"title": "One", "dates": ("2026-03-09T08:30:00Z",)}, kind="atom"),
    Odd("CDF is read", _CDF, {"title": "One", "link": "https://site.example/1"}),
    Odd("JSON Feed 1.1 is read", _json('{"id":"a","url":"https://site.example/1","title":"One","content_html":"<p>Hi</p>"}'),
        {"guid": "a", "text": "Hi", "link": "https://site.example/1"}, kind="json"),
    Odd("JSON Feed 1.0 with a number for an id is read", b'{"version":"https://jsonfeed.org/version/1","title":"O","items":[{"id":7,"content_text":"a < b"}]}',
        {"guid": "7", "text": "a < b", "title": "a < b"}, kind="json"),
    Odd("JSON Feed authors are joined", _json('{"id":"a","title":"One","authors":[{"name":"Ann"},{"name":"Bo"}]}'), {"author": "Ann, Bo"}, kind="json"),
    Odd("an author of the whole JSON Feed is the item's", _json('{"id":"a","title":"One"}', '"author":{"name":"Ann"},'), {"author": "Ann"}, kind="json"),
    Odd("an external link stands in for a JSON Feed link", _json('{"id":"a","title":"One","external_url":"https://other.example/x"}'),
        {"link": "https://other.example/x"}, kind="json"),
    Odd("a cut JSON Feed keeps its whole items", _json('{"id":"a","title":"One"},{"id":"b","ti')[:-2], {"guid": "a"}, kind="json", problem="damaged"),
    Odd("raw line breaks in JSON strings are read", _json('{"id":"a","title":"One\nline"}'), {"title": "One line"}, kind="json"),
    Odd("items that are no objects are left out", _json('"x",{"id":"a","title":"One"},null'), {"guid": "a"}, kind="json", problem="not objects"),
    Odd("JSON with a byte order mark is read", b"\xef\xbb\xbf" + _json('{"id":"a","title":"One"}'), {"guid": "a"}, kind="json"),
    Odd("other JSON is no feed", b'{"a": 1}', count=0, kind="unknown", problem="not a JSON Feed"),
    # -- what is no feed
    Odd("an empty body is told", b"", count=0, kind="empty", problem="empty"),
    Odd("a body of blanks is empty", b" \r\n\t ", count=0, kind="empty", problem="empty"),
    Odd("a web page is told", b"<!DOCTYPE html><html><head><title>x</title></head><body>x</body></html>", count=0, kind="html", problem="web page"),
    Odd("a page that asks for a captcha is a challenge", b"<html><head><title>Just a moment...</title></head></html>", count=0, kind="challenge", problem="challenge"),
    Odd("a Chinese page that asks for verification is a challenge", "<html><body>请完成验证后继续访问</body></html>".encode(), count=0, kind="challenge", problem="challenge"),
    Odd("plain words are no feed", b"Service unavailable", count=0, kind="unknown", problem="neither"),
    Odd("a picture is no feed", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, count=0, kind="unknown", problem="neither"),
    Odd("a feed without entries is a feed", rss(""), count=0, problem=""),
    # -- broken XML
    Odd("an unclosed tag in an item loses nothing", rss(item("<description><b>x</description>") + item(title="Two")), {"title": "One"}, 2, problem="not well-formed"),
    Odd("a bare ampersand is read", rss(item(title="AT&T wins")), {"title": "AT&T wins"}, problem="ampersands"),
    Odd("a bare ampersand in a link is read", rss(item(link="https://site.example/1?b=2&a=1")), {"link": "https://site.example/1?a=1&b=2"}),
    Odd("HTML entities without a DTD are read", rss(item(title="caf&eacute;&nbsp;bar")), {"title": "café bar"}, problem="entities"),
    Odd("a document cut in the middle keeps whole items", rss(item() + item(title="Two"))[:-40], {"title": "One"}, 2, problem="not well-formed"),
    Odd("a document cut in its only title keeps what there is", rss(item(title="人工智能芯片"))[: rss(item(title="人工智能芯片")).index("芯片".encode()) + 4], {"title": "人工智能芯\ufffd"}),
    Odd("a control character is dropped", rss(item(title="On\x0be\x00")), {"title": "One"}, problem="forbids"),
    Odd("a reference to a control character is dropped", rss(item(title="One&#0;&#x1F;")), {"title": "One"}, problem="forbids"),
    Odd("white space before the declaration is harmless", b"\n\n  " + rss(item()), {"title": "One"}, problem=""),
    Odd("a warning of PHP before the feed is skipped", b"<br />\n<b>Warning</b>: oops in /x.php<br />\n" + rss(item()), {"title": "One"}, problem="before the feed"),
    Odd("words after the feed are harmless", rss(item()) + b"\n<!-- cached --> trailing", {"title": "One"}),
    Odd("XML 1.1 is read", rss(item(), start='<?xml version="1.1" encoding="UTF-8"?>'), {"title": "One"}),
    Odd("an undeclared prefix is harmless", rss(item("<foo:bar>x</foo:bar>")), {"title": "One"}),
    Odd("an unclosed CDATA section keeps the title", rss(item("<description><![CDATA[words")), {"title": "One"}),
    Odd("nested CDATA is read", rss(item("<description>&lt;![CDATA[Hi there]]&gt;</description>")), {"summary": "Hi there"}),
    Odd("tags in capitals are read", b"<RSS><CHANNEL><ITEM><TITLE>One</TITLE><LINK>https://site.example/1</LINK></ITEM></CHANNEL></RSS>", {"title": "One"}),
    Odd("a feed without a channel is read", b"<rss>" + item().encode() + b"</rss>", {"title": "One"}),
    Odd("two declarations are harmless", b'<?xml version="1.0"?>' + rss(item()), {"title": "One"}),
    Odd("an item outside of the channel is read", b'<rss version="2.0"><channel><title>O</title></channel>' + item().encode() + b"</rss>", {"title": "One"}),
    Odd("an entity bomb does not go off", b'<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + rss(item(title="&b;"), start=""), {}),
    Odd("an outside entity is not fetched", b'<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item(title="One &x;"), start=""), {}),
    # -- encodings
    Odd("UTF-8 with a mark", b"\xef\xbb\xbf" + rss(item(title="中文")), {"title": "中文"}, problem=""),
    Odd("UTF-16 with a mark", rss(item(title="中文"), start='<?xml version="1.0" encoding="utf-16"?>').decode().encode("utf-16"), {"title": "中文"}, problem=""),
    Odd("UTF-16 without a mark", rss(item(title="中文"), start='<?xml version="1.0" encoding="utf-16"?>').decode().encode("utf-16-le"), {"title": "中文"}),
    Odd("UTF-8 that calls itself UTF-16", rss(item(title="中文"), start='<?xml version="1.0" encoding="utf-16"?>'), {"title": "中文"}),
    Odd("Windows-1252 that calls itself Latin-1", rss(item(title="it’s “so”"), start='<?xml version="1.0" encoding="iso-8859-1"?>').decode().encode("cp1252"), {"title": "it’s “so”"}),
    Odd("Windows-1252 without a label", rss(item(title="déjà vu à la carte"), start="").decode().encode("cp1252"), {"title": "déjà vu à la carte"}),
    Odd("Shift JIS", rss(item(title="これはニュースです"), start='<?xml version="1.0" encoding="Shift_JIS"?>').decode().encode("cp932"), {"title": "これはニュースです"}),
    Odd("EUC-KR", rss(item(title="한국 반도체 뉴스"), start='<?xml version="1.0" encoding="euc-kr"?>').decode().encode("euc_kr"), {"title": "한국 반도체 뉴스"}),
    Odd("Cyrillic in Windows-1251", rss(item(title="Новости дня"), start='<?xml version="1.0" encoding="windows-1251"?>').decode().encode("cp1251"), {"title": "Новости дня"}),
    Odd("a label that nobody knows", rss(item(title="中文"), start='<?xml version="1.0" encoding="x-unheard-of"?>'), {"title": "中文"}),
    Odd("the charset of HTTP counts where XML is silent", rss(item(title="Новости"), start="").decode().encode("koi8-r"), {"title": "Новости"}, content_type="text/xml; charset=koi8-r"),
    Odd("one bad byte spoils one sign", rss(item(title="人工智能芯片的需求")).replace("芯".encode(), b"\xff"), {"title": "人工智能\ufffd片的需求"}, problem="not UTF-8"),
    Odd("gzip inside the file is opened", gzip.compress(rss(item())), {"title": "One"}),
    # -- titles, texts, authors
    Odd("markup in a title goes", rss(item(title="&lt;b&gt;One&lt;/b&gt; &amp;amp; two")), {"title": "One & two"}),
    Odd("a title about a tag keeps it", rss(item(title="Why &lt;script&gt; is slow")), {"title": "Why <script> is slow"}),
    Odd("a line break in a title is a space", rss(item(title="One\r\nBcc: x@y.example")), {"title": "One Bcc: x@y.example"}),
    Odd("a title in CDATA is read", rss(item(title="<![CDATA[One & two]]>")), {"title": "One & two"}),
    Odd("marks that turn writing round are dropped", rss(item(title="One\u202etwo\u200b")), {"title": "Onetwo"}),
    Odd("an entry without a title takes its first sentence", rss("<item><description>First one. Second.</description></item>"), {"title": "First one."}),
    Odd("a Chinese entry without a title too", rss("<item><description>第一句。第二句。</description></item>"), {"title": "第一句。"}),
    Odd("a word of 5,000 letters is cut", rss(item(title="x" * 5000)), {"title": "x" * 499 + "…"}),
    Odd("XHTML in an Atom title is text", atom(entry(title='<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">One <b>two</b></div></title>')), {"title": "One two"}, kind="atom"),
    Odd("HTML in an Atom title is text", atom(entry(title='<title type="html">One &lt;em&gt;two&lt;/em&gt;</title>')), {"title": "One two"}, kind="atom"),
    Odd("blocks of a description are lines", rss(item("<description>&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;</description>")), {"summary": "A\nB"}),
    Odd("a script in a description is dropped", rss(item("<description>A&lt;script&gt;alert(1)&lt;/script&gt;B</description>")), {"summary": "AB"}),
    Odd("markup escaped twice is text", rss(item("<description>&amp;lt;p&amp;gt;A&amp;lt;/p&amp;gt;</description>")), {"summary": "A"}),
    Odd("less-than in words stays", rss(item("<description>if a &amp;lt; b then</description>")), {"summary": "if a < b then"}),
    Odd("the whole text and the teaser are told apart", rss(item("<description>Short</description><content:encoded><![CDATA[<p>Long text</p>]]></content:encoded>")),
        {"summary": "Short", "text": "Long text"}),
    Odd("a text alone gives its beginning as summary", rss(item("<content:encoded><![CDATA[<p>Long text</p>]]></content:encoded>")), {"summary": "Long text", "text": "Long text"}),
    Odd("a footer of WordPress is dropped", rss(item("<description>Words. The post One appeared first on Site.</description>")), {"summary": "Words."}),
    Odd("a huge text is capped", rss(item(f"<description>{_LONG}</description>")), {}),
    Odd("media:description is a summary", rss(item("<media:description>Words</media:description>")), {"summary": "Words"}),
    Odd("itunes:summary is a summary", rss(item("<itunes:summary>Words</itunes:summary>")), {"summary": "Words"}),
    Odd("Atom content by type is text", atom(entry('<content type="html">&lt;p&gt;Words&lt;/p&gt;</content>')), {"text": "Words"}, kind="atom"),
    Odd("the name beside an e-mail address is the author", rss(item("<author>ann@site.example (Ann Lee)</author>")), {"author": "Ann Lee"}),
    Odd("an e-mail address alone is no author", rss(item("<author>ann@site.example</author>")), {"author": ""}),
    Odd("elements that bear the names of lists are harmless", rss(item("<links>x</links><authors>y</authors><content>Words</content>")), {"title": "One", "link": "https://site.example/1"}),
    Odd("dc:creator is the author", rss(item("<dc:creator>李安</dc:creator>")), {"author": "李安"}),
    Odd("the author of an Atom feed is the entry's", atom(entry(), "<author><name>Ann</name></author>"), {"author": "Ann"}, kind="atom"),
    # -- links and guids
    Odd("a relative link starts at the channel", rss(item(link="/1")), {"link": "https://site.example/1"}),
    Odd("a relative link without a channel link starts at the feed", rss(item(link="1"), head="<link></link>"), {"link": "https://site.example/feeds/1"}),
    Odd("xml:base comes first", atom('<entry xml:base="https://base.example/b/"><title>One</title><link href="1"/></entry>'), {"link": "https://base.example/b/1"}, kind="atom"),
    Odd("xml:base of the feed holds for entries", atom('<entry><title>One</title><link href="1"/></entry>', attributes='xml:base="https://base.example/f/"'),
        {"link": "https://base.example/f/1"}, kind="atom"),
    Odd("a permanent guid is the link", rss("<item><title>One</title><guid>https://site.example/g</guid></item>"), {"link": "https://site.example/g"}),
    Odd("a guid that is no link is none", rss('<item><title>One</title><guid isPermaLink="false">abc</guid></item>'), {"link": "", "guid": "abc"}),
    Odd("an Atom link of another type still leads there", atom('<entry><title>One</title><link rel="alternate" type="application/pdf" href="https://site.example/p"/></entry>'),
        {"link": "https://site.example/p"}, kind="atom"),
    Odd("FeedBurner's original link wins", rss(item("<feedburner:origLink>https://site.example/orig</feedburner:origLink>", link="https://feedproxy.example/x")), {"link": "https://site.example/orig"}),
    Odd("a script is no link", rss(item(link="javascript:alert(1)")), {"link": ""}, problem="no web addresses"),
    Odd("a link in CDATA with spaces is read", rss(item(link="<![CDATA[ https://site.example/1 ]]>")), {"link": "https://site.example/1"}),
    Odd("a link that names no scheme is read", rss(item(link="//cdn.example/1")), {"link": "https://cdn.example/1"}),
    Odd("trackers leave the link", rss(item(link="https://site.example/1?utm_source=rss&amp;id=7")), {"link": "https://site.example/1?id=7"}),
    # -- dates as they stand
    Odd("dc:date is a date", rss(item("<dc:date>2026-03-09</dc:date>")), {"dates": ("2026-03-09",)}),
    Odd("a Chinese date stays as it stands", rss(item("<pubDate>2026年3月9日 08:30</pubDate>")), {"dates": ("2026年3月9日 08:30",)}),
    Odd("published comes before updated", atom(entry("<updated>2026-03-10T00:00:00Z</updated><published>2026-03-09T00:00:00Z</published>")),
        {"dates": ("2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z")}, kind="atom"),
    Odd("a date under a name of one's own is found", rss(item("<pubTime>2026-03-09 08:30</pubTime>")), {"dates": ("2026-03-09 08:30",)}),
    Odd("no date is no date", rss(item()), {"dates": ()}),
    # -- more kinds, as the public suites of parsers have them
    Odd("RSS 0.92 with an enclosure alone links to it", b'<rss version="0.92"><channel><title>O</title><item><title>One</title><enclosure url="https://site.example/a.mp3" length="1" type="audio/mpeg"/></item></channel></rss>',
        {"link": "https://site.example/a.mp3"}),
    Odd("RSS 1.0 takes the address of the resource where no link stands", _RDF.replace(b"<link>https://site.example/1</link>", b""), {"link": "https://site.example/1"}),
    Odd("RSS 1.0 with prefixed elements is read", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rss="http://purl.org/rss/1.0/"><rss:channel><rss:title>O</rss:title></rss:channel>'
        b'<rss:item rdf:about="https://site.example/1"><rss:title>One</rss:title><rss:link>https://site.example/1</rss:link></rss:item></rdf:RDF>', {"title": "One", "link": "https://site.example/1"}),
    Odd("RSS 2.0 in a namespace of its own is read", b'<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><title>O</title>' + item().encode() + b"</channel></rss>", {"title": "One"}),
    Odd("Atom with a prefix for everything is read", b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>O</a:title><a:entry><a:title>One</a:title><a:id>urn:x:1</a:id><a:link href="https://site.example/1"/></a:entry></a:feed>',
        {"title": "One", "guid": "urn:x:1", "link": "https://site.example/1"}, kind="atom"),
    Odd("Atom without a namespace is read", b'<feed><title>O</title><entry><title>One</title><id>urn:x:1</id><link href="https://site.example/1"/></entry></feed>', {"title": "One", "link": "https://site.example/1"}, kind="atom"),
    Odd("a single Atom entry as a document is read", b'<entry xmlns="http://www.w3.org/2005/Atom"><title>One</title><id>urn:x:1</id><link href="https://site.example/1"/></entry>', {"title": "One"}, kind="atom"),
    Odd("Atom elements inside RSS count where RSS is silent", rss('<item><title>One</title><atom:link href="https://site.example/1"/><atom:updated>2026-03-09T08:30:00Z</atom:updated></item>'), {"dates": ("2026-03-09T08:30:00Z",)}),
    Odd("the source of a republished item is not its link", rss(item('<source url="https://other.example/feed">Other</source>')), {"link": "https://site.example/1", "title": "One"}),
    Odd("an Atom source inside an entry leaves the entry's own title and id", atom('<entry><title>One</title><id>urn:x:1</id><link href="https://site.example/1"/><source><title>Other</title><id>urn:o</id></source></entry>'),
        {"title": "One", "guid": "urn:x:1"}, kind="atom"),
    Odd("media:title does not replace the title", rss(item('<media:content url="https://site.example/a.jpg"><media:title>Picture</media:title></media:content>')), {"title": "One"}),
    Odd("media:content before the link does not replace it", rss('<item><media:content url="https://site.example/a.jpg"/><title>One</title><link>https://site.example/1</link></item>'), {"link": "https://site.example/1"}),
    Odd("itunes:author is an author", rss(item("<itunes:author>Ann Lee</itunes:author>")), {"author": "Ann Lee"}),
    Odd("several creators are all named", rss(item("<dc:creator>Ann Lee</dc:creator><dc:creator>Bo Chen</dc:creator>")), {"author": "Ann Lee, Bo Chen"}),
    Odd("several Atom authors are all named", atom(entry("<author><name>Ann</name></author><author><name>李安</name></author>")), {"author": "Ann, 李安"}, kind="atom"),
    Odd("categories are tags", rss(item("<category>AI</category><category>芯片</category>")), {"tags": ("AI", "芯片")}),
    Odd("Atom categories are tags by their labels", atom(entry('<category term="ai" label="Artificial intelligence"/>')), {"tags": ("Artificial intelligence",)}, kind="atom"),
    Odd("JSON Feed tags are tags", _json('{"id":"a","title":"One","tags":["AI","芯片"]}'), {"tags": ("AI", "芯片")}, kind="json"),
    Odd("plain text of a JSON Feed is no markup", _json('{"id":"a","title":"a < b","content_text":"if a <b> c"}'), {"title": "a < b", "text": "if a <b> c"}, kind="json"),
    Odd("JSON Feed dates stand in their order", _json('{"id":"a","title":"One","date_modified":"2026-03-10T00:00:00Z","date_published":"2026-03-09T00:00:00Z"}'),
        {"dates": ("2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z")}, kind="json"),
    Odd("a relative link of a JSON Feed starts at its home page", _json('{"id":"a","title":"One","url":"/1"}', '"home_page_url":"https://home.example/",'), {"link": "https://home.example/1"}, kind="json"),
    Odd("JSON Feed in UTF-16 is read", _json('{"id":"a","title":"中文"}').decode().encode("utf-16"), {"title": "中文"}, kind="json"),
    Odd("a JSON Feed of a wrong version is read", b'{"version":"2","title":"O","items":[{"id":"a","title":"One"}]}', {"guid": "a"}, kind="json"),
    Odd("JSON Feed items that are an object are no feed", b'{"version":"https://jsonfeed.org/version/1","title":"O","items":{"id":"a"}}', count=0, kind="unknown", problem="not a JSON Feed"),
    # -- more that is broken
    Odd("comments between items are harmless", rss(item() + "<!-- x -- y -->" + item(title="Two", link="https://site.example/2")), {"title": "One"}, 2),
    Odd("a comment before the root is harmless", b"<!-- made by hand -->" + rss(item(), start=""), {"title": "One"}),
    Odd("a processing instruction before the root is harmless", b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="/x.xsl"?>' + rss(item(), start=""), {"title": "One"}, problem=""),
    Odd("a second root is read as well", rss(item()) + rss(item(title="Two"), start=""), {"title": "One"}, 2),
    Odd("attributes without quotation marks are read", b"<rss version=2.0><channel><title>O</title>" + item().encode() + b"</channel></rss>", {"title": "One"}),
    Odd("a less-than sign in a title loses no entry", rss(item(title="5 < 6") + item(title="Two")), {}, 2),
    Odd("HTML that is not escaped in a description is text", rss(item("<description><p>Hi <b>there</b></p></description>")), {"summary": "Hi there"}),
    Odd("an unclosed image in a description loses nothing", rss(item("<description><img src='x'>Words</description>") + item(title="Two")), {"title": "One"}, 2),
    Odd("tags that cross each other lose no entry", rss(item("<description><b><i>x</b></i></description>") + item(title="Two")), {"title": "One"}, 2),
    Odd("a CDATA end inside CDATA loses no entry", rss(item("<description><![CDATA[a ]]> b ]]></description>") + item(title="Two")), {"title": "One"}, 2),
    Odd("names of elements in mixed case are read", rss("<Item><Title>One</Title><Link>https://site.example/1</Link></Item>"), {"title": "One"}),
    Odd("a hundred nested elements are read", rss(item("<a>" * 100 + "x" + "</a>" * 100)), {"title": "One"}),
    Odd("bytes of zero at the end are harmless", rss(item()) + b"\0" * 512, {"title": "One"}),
    Odd("half a megabyte of blanks before the feed is harmless", b" " * 500_000 + rss(item()), {"title": "One"}),
    Odd("a page of HTML around a feed in it is a page", b"<!DOCTYPE html><html><body><pre>&lt;rss&gt;</pre></body></html>", count=0, kind="html", problem="web page"),
    Odd("a feed sent as HTML is a feed", rss(item()), {"title": "One"}, content_type="text/html; charset=utf-8"),
    Odd("a feed sent as a file to download is a feed", rss(item()), {"title": "One"}, content_type="application/octet-stream"),
    Odd("an entity of its own is resolved once", b'<!DOCTYPE rss [<!ENTITY co "Example &amp; Co">]>' + rss(item(title="&co; wins"), start=""), {}),
    Odd("numbers for characters are read", rss(item(title="&#20013;&#x6587; &#8217;")), {"title": "中文 ’"}),
    Odd("numbers of Windows-1252 are what they were meant to be", rss(item(title="it&#146;s")), {"title": "it’s"}),
    Odd("escaped entities in a title are read", rss(item(title="AT&amp;amp;T &amp;#8211; more")), {"title": "AT&T – more"}),
    Odd("a title of markup alone falls back to the words", rss(item("<description>Words of it.</description>", title="&lt;img src=x&gt;")), {"title": "Words of it."}),
    Odd("a title of blanks falls back to the words", rss(item("<description>第一句。第二句。</description>", title=" \u3000\n")), {"title": "第一句。"}),
    Odd("line breaks of markup are spaces", rss(item("<description>&lt;p&gt;A\nb&lt;/p&gt;\n&lt;p&gt;C&lt;/p&gt;</description>")), {"summary": "A b\nC"}),
    Odd("line breaks between Han signs in markup are nothing", rss(item("<description>&lt;p&gt;数据\n中心&lt;/p&gt;</description>")), {"summary": "数据中心"}),
    Odd("line breaks of plain words stay", rss(item("<description>A\nb</description>")), {"summary": "A\nb"}),
    Odd("a list is a line each", rss(item("<description>&lt;ul&gt;&lt;li&gt;A&lt;/li&gt;&lt;li&gt;B&lt;/li&gt;&lt;/ul&gt;</description>")), {"summary": "A\nB"}),
    Odd("a picture alone is no summary", rss(item('<description>&lt;img src="https://site.example/x.jpg"/&gt;</description>')), {"summary": ""}),
    Odd("full-width letters in a Chinese title stay", rss(item(title="ＡＩ芯片，价格上涨１０％")), {"title": "ＡＩ芯片，价格上涨１０％"}),
    Odd("a soft hyphen goes", rss(item(title="Daten\u00adzentrum")), {"title": "Datenzentrum"}),
    Odd("composed and decomposed letters are one", rss(item(title="cafe\u0301")), {"title": "café"}),
    # -- more encodings
    Odd("GB18030 with a sign of four bytes, labelled GB2312", rss(item(title="𠮷野家的数据中心😀"), start='<?xml version="1.0" encoding="gb2312"?>').decode().encode("gb18030"), {"title": "𠮷野家的数据中心😀"}),
    Odd("Big5 of Hong Kong", rss(item(title="香港數據中心嘅電力需求持續上升"), start='<?xml version="1.0" encoding="big5"?>').decode().encode("big5hkscs"), {"title": "香港數據中心嘅電力需求持續上升"}),
    Odd("GBK that HTTP calls UTF-8", rss(item(title="人工智能芯片的需求持续上升"), start="").decode().encode("gbk"), {"title": "人工智能芯片的需求持续上升"}, content_type="text/xml; charset=utf-8"),
    Odd("UTF-8 that HTTP calls GB2312", rss(item(title="人工智能芯片的需求持续上升")), {"title": "人工智能芯片的需求持续上升"}, content_type="text/xml; charset=gb2312"),
    Odd("UTF-32 with a mark", rss(item(title="中文"), start='<?xml version="1.0" encoding="utf-32"?>').decode().encode("utf-32"), {"title": "中文"}),
    Odd("UTF-16 that calls itself GBK", rss(item(title="中文"), start='<?xml version="1.0" encoding="gbk"?>').decode().encode("utf-16"), {"title": "中文"}),
    Odd("ISO-2022-JP", rss(item(title="これはニュースです"), start='<?xml version="1.0" encoding="iso-2022-jp"?>').decode().encode("iso-2022-jp"), {"title": "これはニュースです"}),
    Odd("HZ, that old way of writing Chinese in seven bits", rss(item(title="中文新闻"), start='<?xml version="1.0" encoding="hz-gb-2312"?>').decode().encode("hz"), {"title": "中文新闻"}),
    Odd("one byte of Windows-1252 in UTF-8", rss(item(title="it’s café")).replace("’".encode(), b"\x92"), {"title": "it’s café"}, problem="not UTF-8"),
    Odd("a mark in the middle goes", rss(item(title="On\ufeffe")), {"title": "One"}),
    # -- more links and guids
    Odd("a guid that is no address and claims to be one is no link", rss("<item><title>One</title><guid>post-17</guid></item>"), {"guid": "post-17"}),
    Odd("a link with spaces inside is read", rss(item(link="https://site.example/a b")), {"link": "https://site.example/a%20b"}),
    Odd("a link with Han signs is one with escapes", rss(item(link="https://site.example/新闻/1")), {"link": "https://site.example/%E6%96%B0%E9%97%BB/1"}),
    Odd("a name of a host in Han signs is one in ASCII", rss(item(link="https://例子.example/1")), {"link": "https://xn--fsqu00a.example/1"}),
    Odd("the page behind a Chinese redirector is the link", rss(item(link="https://link.zhihu.com/?target=https%3A%2F%2Fsite.example%2F1")), {"link": "https://site.example/1"}),
    Odd("the keys of WeChat's articles stay and who passed them on goes", rss(item(link="https://mp.weixin.qq.com/s?__biz=A&amp;mid=1&amp;idx=1&amp;sn=b&amp;chksm=c&amp;scene=0")),
        {"link": "https://mp.weixin.qq.com/s?__biz=A&mid=1&idx=1&sn=b"}),
    Odd("an AMP page leads to its page", rss(item(link="https://site.example/1/amp/")), {"link": "https://site.example/1/"}),
    Odd("a fragment goes and one that is a page stays", rss(item(link="https://site.example/app#!/1") + item(title="Two", link="https://site.example/2#top")), {"link": "https://site.example/app#!/1"}, 2),
    Odd("a link of a file is none", rss(item(link="file:///etc/passwd")), {"link": ""}, problem="no web addresses"),
    Odd("an Atom reply is not the link", atom('<entry><title>One</title><link rel="replies" href="https://site.example/1#c"/><link rel="alternate" href="https://site.example/1"/></entry>'), {"link": "https://site.example/1"}, kind="atom"),
    Odd("an address of its own feed is not an entry's link", atom('<entry><title>One</title><link rel="self" href="https://site.example/feed/1"/><link href="https://site.example/1"/></entry>'), {"link": "https://site.example/1"}, kind="atom"),
    # -- more dates
    Odd("a date in an attribute of nothing is no date", rss(item('<pubDate when="2026"/>')), {"dates": ()}),
    Odd("a date in CDATA stands as it is", rss(item("<pubDate><![CDATA[2026-03-09 08:30:00]]></pubDate>")), {"dates": ("2026-03-09 08:30:00",)}),
    Odd("seconds since 1970 stand as they are", rss(item("<pubDate>1773045000</pubDate>")), {"dates": ("1773045000",)}),
    Odd("the date of the whole feed is not an entry's", rss(item(), head="<pubDate>Mon, 09 Mar 2026 08:30:00 GMT</pubDate>"), {"dates": ()}),
)  # fmt: skip
