"""Why an issue pauses, in Chinese: the ledger keeps the English sentence, and this finds it again.

What a provider or a server said itself stays as it said it.
"""

from newsletter.language.phrasebook import Phrasebook

_SENTENCES = (
    ("paused by hand", "已手动暂停"),
    ("missed its time, {at} UTC; nothing was sent yet", "错过了寄出时间 {at} UTC；尚未寄出任何信件"),
    ("{count} letters in a row failed alike: {said}", "连续 {count} 封信以相同原因失败：{said}"),
    ("the provider takes no more letters until {until} UTC", "服务商在 {until} UTC 之前不再收信"),
    ("{share} of {count} letters bounced; look at the list before you go on",
     "{count} 封信中有 {share} 被退回；继续之前请检查收件人名单"),
    ("{share} of {count} letters were reported as spam; look at the list before you go on",
     "{count} 封信中有 {share} 被举报为垃圾邮件；继续之前请检查收件人名单"),
    ("SendGrid refuses our key: {said}; see {where}", "SendGrid 不接受我们的密钥：{said}；请检查 {where}"),
    ("SendGrid refuses the letter itself: {said}", "SendGrid 不接受信件本身：{said}"),
    ("SendGrid finds the letter too large: {said}; shorten the issue", "SendGrid 认为信件过大：{said}；请缩短本期"),
    ("SendGrid cannot be reached: {said}; see {where}", "无法连接 SendGrid：{said}；请检查 {where}"),
    ("SendGrid refuses the request: {said}; see {where}", "SendGrid 拒绝了请求：{said}；请检查 {where}"),
    ("SendGrid answered {status} about held letters", "关于暂存的信件，SendGrid 回答了 {status}"),
    ("{server} offers no STARTTLS; see {where}", "{server} 不提供 STARTTLS；请检查 {where}"),
    ("{server} refuses STARTTLS: {said}", "{server} 拒绝 STARTTLS：{said}"),
    ("{server} went on talking before encryption began; somebody may be in between",
     "{server} 在加密开始之前继续发送数据；中间可能有人拦截"),
    ("{server} has no certificate that we can trust: {said}", "{server} 的证书不可信：{said}"),
    ("{server} offers no login by PLAIN or LOGIN; see {where}", "{server} 不提供 PLAIN 或 LOGIN 登录；请检查 {where}"),
    ("{server} refuses our login: {said}; see {where}", "{server} 拒绝我们的登录：{said}；请检查 {where}"),
    ("{server} takes no letters from our address: {said}", "{server} 不接受来自我们地址的信件：{said}"),
    ("{server} cannot be used: {said}; see {where}", "{server} 无法使用：{said}；请检查 {where}"),
    ("{folder}: a letter cannot be written ({said}); see {where}", "{folder}：信件无法写入（{said}）；请检查 {where}"),
)  # fmt: skip
_CHINESE = Phrasebook(_SENTENCES)


def in_chinese(reason: str) -> str:
    """The reason as it is when none of ours is known."""
    return _CHINESE.said(reason)
