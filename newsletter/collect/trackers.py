"""Parameters that follow readers and change no page, and addresses that only pass on to another."""

from functools import lru_cache

_PREFIXES = tuple(
    """utm_ mtm_ pk_ piwik_ matomo_ hsa_ guce_ oly_ at_campaign at_custom at_medium at_link at_bbc __hs _hs fb_action
    wt.mc""".split()  # noqa: SIM905
)
# Click ids, then letters and campaigns, then those of Chinese sites.
_ANYWHERE = frozenset(
    """fbclid gclid gclsrc dclid gbraid wbraid msclkid twclid yclid ysclid ttclid li_fat_id igshid igsh epik
    irclickid vmcid srsltid
    mc_cid mc_eid mkt_tok _openstat vero_id vero_conv wickedid sc_cid s_cid ncid cmpid xtor ns_campaign
    ns_mchannel ns_source ns_linkname ns_fee trk trkcampaign elqtrackid elq elqaid elqat elqcampaignid sb_ref smid
    smtyp smprod partner_ref guccounter soc_src soc_trk .tsrc tsrc ocid ftag campaign_id emci emdi ceid rss_id
    __twitter_impression cmp icid itid dgcid linkid _ga _gl
    spm scm spm_id_from vd_source share_source share_medium share_plat share_tag share_session_id share_times
    share_from share_token unique_k bbid ts_source from_source from_spmid isappinstalled nsukey wfr scene_id
    sharefrom sharer_shareid sharer_shareinfo tt_from wxshare_count weibo_id share_id sudaref bd_vid track_id pvid
    adtag pgv_ref traffic_source yptr""".split()  # noqa: SIM905
)
_WITH_VALUE = {
    "ref": frozenset({"rss", "feed", "atom", "rss_feed", "newsletter", "twitter", "facebook", "weibo", "wechat"}),
    "source": frozenset({"rss", "feed", "atom", "newsletter", "twitter", "facebook"}),
    "src": frozenset({"rss", "feed", "atom"}),
    "from": frozenset({"rss", "feed", "timeline", "singlemessage", "groupmessage", "wechat", "weibo"}),
    "f": frozenset({"rss", "feed"}),
    "feed": frozenset({"rss"}),
    "output": frozenset({"amp"}),
    "amp": frozenset({"", "1", "true"}),
    "outputtype": frozenset({"amp"}),
    "mode": frozenset({"amp"}),
    "rss": frozenset({"", "1", "true", "yes"}),
    "cid": frozenset({"rss", "public-rss_20"}),
}
_AT_HOST = {
    "36kr.com": "f from",
    "163.com": "from spss spsw spssid spsnuid f clickfrom",
    "baijiahao.baidu.com": "wfr for",
    "bilibili.com": "from seid plat_id buvid timestamp",
    "barrons.com": "siteid mod",
    "bloomberg.com": "srnd sref embedded-checkout leadsource",
    "cls.cn": "os sv app",
    "douban.com": "from dt_platform dt_dapp _i",
    "ifeng.com": "ch srctag",
    "ithome.com": "from",
    "investors.com": "src",
    "jiemian.com": "from",
    "marketwatch.com": "siteid mod",
    "medium.com": "source",
    "nytimes.com": "partner emc",
    "qq.com": "from refer ch devid",
    "reuters.com": "feedtype feedname",
    "sina.cn": "from wm vt cre mod loc r rfunc tj tr cref",
    "sina.com.cn": "from cre mod loc r rfunc tj tr cref",
    "sohu.com": "_f _trans_",
    "thepaper.cn": "commtag from",
    "toutiao.com": "app timestamp use_new_style req_id group_id wid tt_from log_from channel",
    "tmtpost.com": "from",
    "weibo.cn": "from type",
    "weibo.com": "from type refer_flag",
    "wsj.com": "siteid mod",
    "yahoo.com": "guccounter src",
    "youtube.com": "feature si pp ab_channel",
    "youtu.be": "si feature",
    "zhihu.com": "from",
}
_KEPT = {"gitee.com": "ref", "github.com": "ref source", "gitlab.com": "ref", "amazon.com": "ref"}
"""Hosts at which a name of the general table tells pages apart."""

UNWRAPPED = {
    "bing.com/news/apiclick.aspx": ("url",),
    "c.pc.qq.com/middlem.html": ("pfurl",),
    "douban.com/link2": ("url",),
    "duckduckgo.com/l": ("uddg",),
    "gitee.com/link": ("target",),
    "jianshu.com/go-wild": ("url",),
    "l.facebook.com/l.php": ("u",),
    "lm.facebook.com/l.php": ("u",),
    "l.instagram.com": ("u",),
    "link.csdn.net": ("target",),
    "link.jianshu.com": ("t",),
    "link.juejin.cn": ("target",),
    "link.zhihu.com": ("target",),
    "linkedin.com/redir/redirect": ("url",),
    "oschina.net/action/GoToLink": ("url",),
    "out.reddit.com": ("url",),
    "sspai.com/link": ("target",),
    "t.umblr.com/redirect": ("z",),
    "vk.com/away.php": ("to",),
    "weibo.cn/sinaurl": ("u", "toasturl"),
    "weibo.com/sinaurl": ("u",),
    "youtube.com/redirect": ("q",),
}


def is_tracker(name: str, value: str, host: str, own_site: str = "") -> bool:
    """Whether a parameter (in small letters) can go. `own_site` is the feed's host: `ref` to itself says nothing."""
    gone, kept = _at(host)
    if name in kept:
        return False
    if name in _ANYWHERE or name.startswith(_PREFIXES) or name in gone:
        return True
    if name == "ref" and own_site and value.removeprefix("www.") == own_site.removeprefix("www."):
        return True
    return value in _WITH_VALUE.get(name, ())


@lru_cache(maxsize=4096)
def _at(host: str) -> tuple[frozenset[str], frozenset[str]]:
    """What goes and what is kept at a host, by its own entry or that of one above it."""
    labels = host.split(".")
    above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    gone, kept = (next((table[one] for one in above if one in table), "") for table in (_AT_HOST, _KEPT))
    return frozenset(gone.split()), frozenset(kept.split())
