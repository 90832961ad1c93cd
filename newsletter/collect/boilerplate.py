"""What aggregators and publishing systems write around a report, and what is left when it goes: words, or nothing."""

import re

_URL = r"https?://\S+"
_FIELD = re.compile(
    rf"(?:^|\s)(?:(?:Article|Comments?|Discussion|Original|Source|Post)(?: (?:URL|Link))?|URL|Link): ?{_URL}"
    r"|(?:^|\s)(?:Score|Points|Upvotes|Votes|#? ?Comments): ?\d[\d,]*"
    r"|(?:^|\s)(?:By|Author|Submitted by): ?[\w.\-]+(?=\s|$)"
    r"|(?:^|\s)(?:原文|文章|评论|讨论)(?:链接|地址)：? ?" + _URL + r"|(?:^|\s)(?:得分|分数|评论数?|点赞)： ?\d[\d,]*"
)
_ENOUGH = 2
"""One such field may be a sentence of a report; two are a form that a program has filled in."""
_SUBMITTED = re.compile(r"\s*submitted by\s+/?u/\S+(?:\s+to\s+/?r/\S+)?(?:\s*\[(?:link|comments)\])*\s*$")
_ONLY = re.compile(r"^(?:Comments?|\[?link\]?|Read (?:more|on)|Discuss|评论|阅读原文)[.…»→]*$", re.IGNORECASE)
_GO_ON = re.compile(
    r"(?:(?<=[.!?…。！？\n])|(?<=\.\.\.)|(?<=[”\"’）)\]]))\s*"
    r"(?:\(?\[?(?:Read (?:more|the (?:full|rest of the) (?:article|story|post))|(?:Continue|Keep) reading)\b.{0,120}"
    r"|[（(\[]?(?:点击|點擊)?(?:查看|阅读|閱讀)(?:更多|全文|原文|详情|詳情)?(?:内容)?[）)\]]?)\s*(?:\.{3}|…|»|→|>|&gt;)*\s*$",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"\s*The post .{1,300}? (?:appeared first on|first appeared on) .{1,120}$")
_SOURCE = re.compile(rf"(?:(?<=[.!?。！？”])\s+|^)(?:{_URL}(?:\s+|$))+$")
_PLACEHOLDER = re.compile(r"\[!--begin:(\w{1,30})--\].{0,500}?\[!--end:\1--\]", re.DOTALL)
"""Where the publishing system of Chinese broadcasters puts a film."""
_HINTS = ("Comments", "Points:", "Score:", " URL:", "评论", "链接")
_TAIL = 600
"""Longer than any footer; a form that a program has filled in is not much longer."""


def without_boilerplate(text: str) -> str:
    """The words of the report alone; "" where there were none."""
    if len(text) <= _TAIL * 4 and any(hint in text for hint in _HINTS) and len(_FIELD.findall(text)) >= _ENOUGH:
        text = _FIELD.sub("", text).strip()
    if "[!--begin:" in text:
        text = _PLACEHOLDER.sub("", text).strip()
    head, tail = text[:-_TAIL], text[-_TAIL:]
    text = f"{head}{_ended(tail)}".rstrip()
    return "" if len(text) < 20 and _ONLY.match(text) else text


def _ended(tail: str) -> str:
    """Cheap looks first: nearly every text ends with its last sentence."""
    if "The post " in tail:
        tail = _FOOTER.sub("", tail)
    if "submitted by" in tail:
        tail = _SUBMITTED.sub("", tail)
    if "ead" in tail or "查看" in tail or "阅读" in tail or "閱讀" in tail:
        tail = _GO_ON.sub("", tail)
    return _SOURCE.sub("", tail) if "http" in tail else tail
