"""What a title says of the piece by its manner: a note on shares, a column, a project, an invitation."""

import re
from collections.abc import Iterator


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms), re.IGNORECASE)


_SYMBOL = r"\((?:[A-Z]+:\s?)?[A-Z]{1,5}(?:\.[A-Z])?\)[’']?s?"
# Read off the titles of one real week, and off how such notes are named in both languages.
_MANNERS = {
    # A company with its symbol and what its shares, its owners or its analysts do.
    "share note": _any(
        _SYMBOL
        + r"\s+(?:stock|shares|climbs?|soars?|rose|rises?|falls?|fell|jumps?|gains?|surges?|drops?|slides?|slips?"
        r"|pops|tumbles|declines?|was (?:hurt|up|down)|rallies|sold|placed on|target|to \$|sparks)\b",
        r"^here[’']s (?:what|why)\b.*\b(?:analysts?|wall street|thinks?|stock|rating)\b",
        r"\b(?:price target|pt on|pts? (?:raised|cut|to)|(?:buy|hold|sell|neutral|overweight|outperform) ratings?)\b",
        r"\b(?:reaffirms?|reiterates?|downgrades?|analysts? (?:mixed|bullish|bearish|positive)|catalyst watch)\b",
        r"\bupgrades?\b.*\([A-Z]{1,5}\)|\([A-Z]{1,5}\).*\bupgrade\b",
        r"\b(?:trimm?ed|dumped|boosts?|increases?|buys?|sells?|cuts?) .{0,40}\b(?:stake|position|holdings?|shares)\b",
        r"\b(?:a buy or (?:a )?sell|buy now|remains? a (?:buy|hold)|stays? positive on)\b",
        r"\b(?:short put|options? trad(?:e|ing))\b",
        r"\bfutures:|\bnear key level\b|\b(?:elevated|cheap|rich|stretched) valuation\b|\bre-rating\b",
        r"\bfund (?:trimmed|sold|added)\b|\bbest .{0,30}\bstocks?\b|\bcramer\b|\bmotley fool\b",
        r"\b(?:this|the next) \$[\d.]+[- ](?:billion|trillion)[- ](?:dollar )?opportunity\b",
        r"(?<![上下价高会])[涨跌](?:超|近|逾)\d|[股票](?:多数)?(?:走强|走弱|异动)|该股(?:可能|或|为何|能否)|融资买入|减持|增持|定增事项|质押|回购股份",
    ),
    # 【风口研报】…, …｜AGI焦点: the name of a column stands apart from what the piece says.
    "column": _any(
        r"^【[^】]{2,8}】.|舆情热点",
        r"[|｜丨]\s?[^|｜丨]{0,8}(?:焦点|速递|talk|访谈|专栏|观察|周报|日报|早报|晚报|导读|播客)\s?$",
        r"^(?:opinion|column|podcast|newsletter|sponsored|webinar)\s?[:|]",
    ),
    "project": _any(r"^(?:show|launch|ask|tell) hn\b"),
    "invitation": _any(
        r"\bwebinar\b|\bregister (?:now|today|here)\b|\bjoin us\b|\bcall for (?:papers|speakers)\b|\bearly bird\b",
        r"\btickets? (?:now )?on sale\b",
        r"报名|预告|研讨会|直播间|诚邀|邀您|^关注面向|即将(?:召开|举行|开幕)|议程|倒计时",
    ),
}
MANNERS = frozenset(_MANNERS)


def manners_of(title: str) -> Iterator[tuple[str, str]]:
    """Each manner that a title shows, with the words that show it."""
    for name, form in _MANNERS.items():
        found = form.search(title)
        if found:
            yield name, found[0].strip()
