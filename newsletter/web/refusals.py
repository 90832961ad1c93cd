"""Why the desk or a feed refused something, in Chinese: verbs raise English sentences, as the command line prints them.

What a server said itself, and commands to type, stay as they are.
"""

from newsletter.deliver import reasons
from newsletter.language.phrasebook import Phrasebook

_SENTENCES = (
    # -- of drafts and approvals
    ("there is no issue {issue}; compose it: {command}", "没有 {issue} 这一期；先生成草稿：{command}"),
    ("there is no edition {edition}; use one of {known}, or add it to config.toml",
     "没有 {edition} 这个版本；请使用 {known} 之一，或将其加入 config.toml"),
    ("{issue}: no edition {edition} in the config; add its [[editions]]",
     "{issue}：配置中没有 {edition} 这个版本；请加入它的 [[editions]]"),
    ("{issue} has no edit to undo; it is as the machine drafted it", "{issue} 没有可撤销的编辑；它就是系统生成的样子"),
    ("{issue} is {state:t} and does not change any more; compose another week",
     "{issue} {state}，不再改动；请生成另一周的草稿"),
    ("{issue} is {state:t}; a letter that is {again:t} does not change", "{issue} {state}；信件不再改动"),
    ("{issue} cannot be approved yet: {checks}; then compose and preview again",
     "{issue} 还不能批准：{checks}；然后重新生成并预览"),
    ("{issue} is {state:t}; only a draft can be approved", "{issue} {state}；只有草稿才能批准"),
    ("{issue} has not begun; compose it from {when} on, or name an earlier week",
     "{issue} 尚未开始；请在 {when} 之后生成，或指定更早的一周"),
    ("{issue} was edited each time while it was composed; compose it again",
     "生成 {issue} 期间一直有人编辑；请重新生成"),
    ("{issue} changed while its links were checked; check them again", "检查链接期间 {issue} 有改动；请重新检查"),
    ("{issue} changed while you were editing it; look at the new version and try again",
     "您编辑期间 {issue} 有改动；请查看新版本后重试"),
    ("{issue} changed after preview; look again: {command}", "预览之后 {issue} 有改动；请重新查看：{command}"),
    ("{edit} is an edit of {wanted:t}; name it so", "{edit} 是{wanted}的编辑；请照此指明"),
    ("a story", "针对报道"),
    ("no story", "针对整期"),
    ("there is no story {story}; reload the draft", "没有 {story} 这则报道；请刷新草稿"),
    ("a story moves to one of {places}, not {place}", "报道只能移至 {places} 之一，而不是 {place}"),
    ("{other} is no other story to tell with {story}; name one of the draft",
     "{other} 不是可与 {story} 合并的报道；请指明草稿中的一则"),
    ("{link} is no report of {story}; take the link of one of its sources",
     "{link} 不是 {story} 的报道；请使用其来源之一的链接"),
    ("the story has its name from this report; part the others from it, or drop the story",
     "这则报道以此篇命名；请拆出其他各篇，或撤下这则报道"),
    # -- of letters on their way
    ("the test letter was not accepted: {said}; see [deliver] in the config",
     "测试信未被接收：{said}；请检查配置中的 [deliver]"),
    ("{issue} is not approved; look at it: {preview}; then: {approve}",
     "{issue} 尚未批准；请先查看：{preview}；然后：{approve}"),
    ("{issue} is not what was approved; look again: {command}", "{issue} 与批准时不同；请重新查看：{command}"),
    ("{issue} is {state:t}; only an issue that is being sent can be paused",
     "{issue} {state}；只有正在寄送的一期才能暂停"),
    ("{issue} is {state:t}; only a paused issue can be resumed", "{issue} {state}；只有已暂停的一期才能继续"),
    ("{issue} is sent; there is nothing left to cancel", "{issue} 已寄出；没有可取消的内容"),
    ("{issue} is cancelled; compose and approve another issue", "{issue} 已取消；请生成并批准另一期"),
    # -- of feeds
    ("a challenge page for browsers ({status})", "返回了浏览器验证页（{status}）"),
    ("its certificate is not valid: {said}", "证书无效：{said}"),
    ("no whole answer in time ({seconds} s)", "{seconds} 秒内没有完整的回答"),
    ("unreadable answer: {said}", "回答无法读取：{said}"),
    ("the name {host} is not known", "找不到域名 {host}"),
    ("cannot be reached: {said:t}", "无法连接：{said}"),
    ("connection refused", "连接被拒绝"),
    ("its host has asked for silence", "其服务器要求暂停访问"),
    ("more than {count:n} redirects", "重定向超过 {count} 次"),
    # -- states
    ("draft", "是草稿"),
    ("approved", "已批准"),
    ("sending", "正在寄送"),
    ("paused", "已暂停"),
    ("sent", "已寄出"),
    ("cancelled", "已取消"),
)  # fmt: skip
_CHINESE = Phrasebook(_SENTENCES)


def refusal_in(language: str, sentence: str) -> str:
    """The sentence as it is in English, and where it is none of ours."""
    if language != "zh":
        return sentence
    found = _CHINESE.find(sentence)
    return reasons.in_chinese(sentence) if found is None else found
