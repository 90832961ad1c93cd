"""Why a story stands where it stands and why an article is related, as sentences in both languages."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from newsletter.language.lexicon import Lexicon
from newsletter.language.numbers import shown
from newsletter.model import Quantity

Say = dict[str, str]

_KINDS = {
    "power": ("power", "电力"),
    "energy": ("energy", "能源"),
    "money": ("money", "金额"),
    "chips": ("chip", "芯片"),
    "area": ("floor-area", "面积"),
    "compute": ("compute", "算力"),
    "bandwidth": ("bandwidth", "带宽"),
    "wafers": ("wafer", "晶圆"),
    "jobs": ("job", "岗位"),
}
_WEEK, _MONTH, _YEAR = 7, 30, 365


def magnitude(quantity: Quantity, share: float, days: int) -> Say:
    """1.5 GW: larger than 96 % of power figures in 180 days."""
    en, zh = _KINDS.get(quantity.kind, (quantity.kind, quantity.kind))
    percent = max(0, min(99, int(100 * share)))
    period = (f"in {days} days", f"{days}天内") if days else ("this week", "本周")
    return {
        "en": f"{shown(quantity, 'en')}: larger than {percent} % of {en} figures {period[0]}",
        "zh": f"{shown(quantity, 'zh')}：大于{period[1]}{percent}%的{zh}数字",
    }


def interest(tags: Sequence[str], lexicon: Lexicon) -> Say:
    """What the edition watches and the story is about."""
    return {
        "en": f"on the subject of {listed([lexicon.label(tag, 'en') for tag in tags], 'en')}",
        "zh": f"主题：{listed([lexicon.label(tag, 'zh') for tag in tags], 'zh')}",
    }


def stakes(tags: Sequence[str], lexicon: Lexicon) -> Say:
    """What reaches beyond those whom it names."""
    return {
        "en": f"touches many others: {listed([lexicon.label(tag, 'en') for tag in tags], 'en')}",
        "zh": f"牵动全行业：{listed([lexicon.label(tag, 'zh') for tag in tags], 'zh')}",
    }


def sources(count: int) -> Say:
    if count == 1:
        return {"en": "told by one source so far", "zh": "目前仅有一家来源报道"}
    return {"en": f"{count} independent sources", "zh": f"{count}家独立来源"}


def languages(count: int) -> Say:
    return {"en": f"reported in {count} languages", "zh": f"有{count}种语言的报道"}


def authority(best: str) -> Say:
    return (
        {"en": f"best source: {best}", "zh": f"最佳来源：{best}"}
        if best
        else {"en": "source quality", "zh": "来源质量"}
    )


def novelty(fresh: bool, told: str) -> Say:
    if fresh:
        return {"en": "new: no recent issue has told it", "zh": "新消息：近期各期均未报道"}
    if not told:
        return {"en": "close to what a recent issue told", "zh": "与近期报道相近"}
    return {"en": f"close to “{told}”, told before", "zh": f"与已报道的《{told}》相近"}


def freshness(age: timedelta) -> Say:
    days = max(0, age.days)
    if days == 0:
        return {"en": "from the last 24 hours", "zh": "24小时内的消息"}
    return {"en": f"{days} day{'s' if days > 1 else ''} old", "zh": f"{days}天前的消息"}


_PENALTIES = {
    "press-release": ("a press release", "新闻稿"),
    "opinion": ("an opinion piece", "评论文章"),
    "market": ("about share prices", "股市消息"),
    "review": ("a product review", "产品评测"),
    "periphery": ("more about software, models or people than infrastructure", "偏重软件、模型或人事，而非基础设施"),
    "thin": ("little to read beyond the headline", "除标题外内容很少"),
    "unsure": ("only weakly about AI infrastructure", "与AI基础设施关联较弱"),
    "rumour": ("unconfirmed", "未经证实"),
    "roundup": ("a guide or roundup, not an event", "汇总或指南，并非事件"),
}


def penalty(name: str) -> Say:
    en, zh = _PENALTIES[name]
    return {"en": f"held back: {en}", "zh": f"扣分：{zh}"}


def moves(place: int, now: int) -> Say:
    """Where the story would stand without a point, and where it stands."""
    return {"en": f"without it place {place}, now {now}", "zh": f"若无此项：第{place}位，现第{now}位"}


def actors(names: Sequence[str], lexicon: Lexicon, *, in_the_news: bool = True) -> Say:
    """Whose news many stories of the week are, else one of the largest."""
    en, zh = (listed([lexicon.label(name, language) for name in names], language) for language in ("en", "zh"))
    if in_the_news:
        return {"en": f"{en} is in much of the week's news", "zh": f"{zh}是本周新闻焦点"}
    return {"en": f"{en} is one of the largest in the field", "zh": f"{zh}是业内巨头"}


def shared(tags: Sequence[str], amounts: Sequence[Quantity], words: Sequence[str], lexicon: Lexicon) -> Say:
    """What two articles have in common: names and topics first, then amounts, then words."""
    said: Say = {}
    for language, about in (("en", "also about"), ("zh", "同样涉及")):
        things = [lexicon.label(tag, language) for tag in tags]
        things += [shown(amount, language) for amount in amounts]
        things = things or [f"“{word}”" for word in words]
        said[language] = f"{about}{' ' if language == 'en' else ''}{listed(things, language)}" if things else ""
    return said


def distance(earlier: datetime, later: datetime) -> Say:
    """How much earlier, in the unit that people would use; "" for the same days."""
    days = (later - earlier).days
    if days < 1:
        return {"en": "", "zh": ""}
    for unit, en, zh in ((_YEAR, "year", "年"), (_MONTH, "month", "个月"), (_WEEK, "week", "周"), (1, "day", "天")):
        if days >= unit:
            count = days // unit
            return {"en": f"{count} {en}{'s' if count > 1 else ''} earlier", "zh": f"早{count}{zh}"}
    raise AssertionError("a day is the smallest unit")


def joined(*parts: Say) -> Say:
    """Parts of one sentence, the empty ones left out."""
    return {
        "en": ", ".join(part["en"] for part in parts if part["en"]),
        "zh": "，".join(part["zh"] for part in parts if part["zh"]),
    }


def listed(things: Sequence[str], language: str) -> str:
    if language == "zh":
        return "、".join(things)
    return " and ".join(filter(None, (", ".join(things[:-1]), things[-1]))) if things else ""
