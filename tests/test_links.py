import pytest

from newsletter.collect.links import absolute, canonical, path_of, same_page_key


@pytest.mark.parametrize(
    ("given", "one"),
    [
        # one spelling
        ("HTTPS://Site.Example:443/a/./b/../c?x=1#part", "https://site.example/a/c?x=1"),
        ("http://site.example:80", "http://site.example/"),
        ("https://site.example:8443/a", "https://site.example:8443/a"),
        ("https://site.example/%7euser/%e4%b8%ad", "https://site.example/~user/%E4%B8%AD"),
        ("https://site.example/中文?词=值", "https://site.example/%E4%B8%AD%E6%96%87?%E8%AF%8D=%E5%80%BC"),
        ("https://例子.example/a", "https://xn--fsqu00a.example/a"),
        ("https://site.example/a b", "https://site.example/a%20b"),
        ("https://site.example/a\n", "https://site.example/a"),
        ("https://site.example/?b=2&a=1", "https://site.example/?a=1&b=2"),
        ("https://site.example/#!/story/7", "https://site.example/#!/story/7"),
        ("https://user:secret@site.example/a", "https://site.example/a"),
        # trackers go, pages stay
        ("https://site.example/1?utm_source=rss&utm_medium=feed", "https://site.example/1"),
        ("https://site.example/?p=123&fbclid=x", "https://site.example/?p=123"),
        ("https://site.example/1?ref=rss", "https://site.example/1"),
        ("https://site.example/1?ref=issue-7", "https://site.example/1?ref=issue-7"),
        ("https://site.example/1?at_medium=RSS&at_campaign=KARANGA", "https://site.example/1"),
        ("https://36kr.com/p/7?f=rss", "https://36kr.com/p/7"),
        ("https://36kr.example/p/7?f=2", "https://36kr.example/p/7?f=2"),
        ("https://www.163.com/a.html?spss=adap_pc&clickfrom=x", "https://www.163.com/a.html"),
        ("https://api3.cls.cn/share/article/231?os=web&sv=8.4.6&app=Web", "https://api3.cls.cn/share/article/231"),
        (
            "https://www.bilibili.com/video/BV1?spm_id_from=333&vd_source=x&p=2",
            "https://www.bilibili.com/video/BV1?p=2",
        ),
        ("https://finance.yahoo.com/n/x.html?.tsrc=rss", "https://finance.yahoo.com/n/x.html"),
        ("https://github.com/a/b?ref=rss", "https://github.com/a/b?ref=rss"),
        # WeChat
        (
            "https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=1&sn=ab&chksm=x&scene=27#wechat_redirect",
            "https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=1&sn=ab",
        ),
        ("https://mp.weixin.qq.com/s/AbC-7?from=timeline", "https://mp.weixin.qq.com/s/AbC-7"),
        # AMP
        ("https://site.example/story/amp/", "https://site.example/story/"),
        ("https://site.example/story.amp.html", "https://site.example/story.html"),
        ("https://site.example/story?amp=1", "https://site.example/story"),
        ("https://www-site-example.cdn.ampproject.org/c/s/site.example/story/amp", "https://site.example/story"),
        ("https://www.google.com/amp/s/site.example/story/amp", "https://site.example/story"),
        ("https://site.example/amp", "https://site.example/amp"),
        # redirectors
        ("https://www.google.com/url?q=https%3A%2F%2Fsite.example%2F1%3Futm_source%3Dx&sa=U", "https://site.example/1"),
        ("https://link.zhihu.com/?target=https%3A//site.example/1", "https://site.example/1"),
        ("https://weibo.cn/sinaurl?u=https%3A%2F%2Fsite.example%2F1", "https://site.example/1"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fsite.example%2F1&h=x", "https://site.example/1"),
        ("https://link.juejin.cn/?target=https%3A%2F%2Fsite.example%2F1", "https://site.example/1"),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        # no web address
        ("javascript:alert(1)", ""),
        ("mailto:a@site.example", ""),
        ("https://", ""),
        ("https://[half", ""),
        ("https://site.example:port/", ""),
        ("https://site.example/\ud83d", ""),
    ],
)
def test_a_link_has_one_form(given: str, one: str) -> None:
    assert canonical(given) == one
    assert canonical(one) == one


def test_ref_to_the_feeds_own_site_says_nothing() -> None:
    assert canonical("https://other.example/?ref=site.example", "www.site.example") == "https://other.example/"
    assert canonical("https://other.example/?ref=site.example") == "https://other.example/?ref=site.example"


@pytest.mark.parametrize("given", ["http://site.example/a", "https://www.site.example/a/", "https://site.example/a"])
def test_a_page_is_the_same_under_http_and_www(given: str) -> None:
    assert same_page_key(given) == "site.example/a"


def test_a_guid_without_its_host_still_names_something() -> None:
    assert path_of("https://site.example/?p=7") == path_of("http://new.example/?p=7") == "?p=7"
    assert path_of("https://site.example/") == path_of("tag:site.example,2026:7") == ""


def test_a_relative_link_takes_the_first_base_that_serves() -> None:
    assert absolute("/a", ("/nowhere/", "https://site.example/feed/")) == "https://site.example/a"
    assert absolute("/a", ()) == ""
    assert absolute("tel:123", ("https://site.example/",)) == ""
