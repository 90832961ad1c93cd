"""What the desk says of an issue on its way to its readers."""

from newsletter.web.words.said import Said

WORDS: dict[str, Said] = {
    "delivery": Said("Delivery", "寄送"),
    "delivery of": Said("Delivery of {issue}", "{issue} 的寄送"),
    "progress": Said("Progress", "进度"),
    "done of": Said("{done} of {all} letters", "{all} 封信中的 {done} 封"),
    "letters": Said("Letters", "信件"),
    "all letters": Said("All readers of the issue", "本期全部读者"),
    "nothing sent yet": Said("Nothing was sent yet.", "尚未寄出任何信件。"),
    "rate": Said("{rate} letters a second", "每秒 {rate} 封"),
    "comma": Said(", ", "，"),
    "time left": Said("about {time} left", "约剩 {time}"),
    "span minutes": Said("{minutes} min", "{minutes} 分钟"),
    "span hours": Said("{hours} h {minutes} min", "{hours} 小时 {minutes} 分钟"),
    "more days": Said("It takes {days} more days.", "之后还需 {days} 天。"),
    "waits warm-up": Said(
        "Today’s letters of the warm-up are out. It goes on by itself after {at}.",
        "今天的预热配额已用完，将在 {at} 之后自动继续。",
    ),
    "waits retry": Said("The next try is at {at}.", "下次重试时间：{at}。"),
    "waits uncertain": Said(
        "All is out; what may have arrived or not is looked at again at {at}.",
        "信件已全部寄出；是否送达未知的信件将在 {at} 再次核对。",
    ),
    "waits silence": Said(
        "All is out; what may have arrived or not is given up at {at}, unless you settle it before.",
        "信件已全部寄出；是否送达未知的信件若不处理，将于 {at} 放弃。",
    ),
    "sending quiet": Said(
        "Nothing was sent in the last minute. newsletter run goes on by itself; by hand: newsletter deliver {issue}",
        "最近一分钟没有寄出信件。newsletter run 会自动继续；手动继续：newsletter deliver {issue}",
    ),
    "look again": Said("Look again", "刷新"),
    "to the letter": Said("The letter", "查看信件"),
    "change nothing": Said("Change nothing", "不作改动"),
    "since": Said("Since", "时间"),
    "settle": Said("Settle", "处理"),
    "unsure": Said("May have arrived or not", "是否送达未知"),
    "unsure text": Said(
        "The line broke after the letter had left. Nothing is sent twice by itself: look into the log of your mail "
        "server or provider, then say what you found. After three days they are given up.",
        "信件发出后连接中断。系统不会自动重寄：请查看邮件服务器或服务商的日志，再说明结果。三天后将放弃处理。",
    ),
    "unsure more": Said(
        "The first {shown} are shown. All of them: newsletter status {issue} --csv",
        "此处显示前 {shown} 封。全部：newsletter status {issue} --csv",
    ),
    "why unsure": Said("What happened", "发生了什么"),
    "of planned": Said("To be sent", "待寄出"),
    "of claimed": Said("In hand", "已领取"),
    "of submitting": Said("On its way", "寄送中"),
    "of accepted": Said("Taken by the mail server", "邮件服务器已接收"),
    "of uncertain": Said("May have arrived or not", "是否送达未知"),
    "of retry_wait": Said("Put off, tried again later", "暂缓，稍后重试"),
    "of rejected": Said("Refused", "被拒收"),
    "of delivered": Said("Delivered", "已送达"),
    "of deferred": Said("Put off by the reader’s server", "被收件服务器暂缓"),
    "of bounced": Said("Bounced", "退信"),
    "of blocked": Said("Blocked", "被拦截"),
    "of dropped": Said("Dropped by the provider", "服务商未投递"),
    "of complained": Said("Reported as spam", "被举报为垃圾邮件"),
    "of skipped": Said("Left before it went", "寄出前已退订"),
    "of failed": Said("Failed after the last try", "最后一次尝试失败"),
    "of abandoned": Said("Given up", "已放弃"),
    "of cancelled": Said("Cancelled", "已取消"),
    "do pause": Said("Pause", "暂停"),
    "do resume": Said("Go on", "继续"),
    "do cancel": Said("Cancel the issue", "取消本期"),
    "do retry": Said("Try the failed again", "重试失败的信件"),
    "do sent": Said("They arrived", "已送达"),
    "do absent": Said("They did not arrive: send them", "未送达，请寄送"),
    "do resend": Said("Not known: send again all the same", "无法确认，仍要重寄"),
    "ask cancel": Said(
        "Nothing more of this issue is sent, for good. What has left cannot be called back, but for what the provider "
        "still holds.",
        "本期将永久停止寄送。已寄出的信件无法撤回，服务商仍暂存的除外。",
    ),
    "ask retry": Said(
        "Letters that failed after their last try are sent once more, and no others.", "仅重寄最后一次尝试失败的信件。"
    ),
    "ask sent": Said(
        "Letters of unknown fate: {count}. They count as accepted from now on and are never sent again.",
        "{count} 封未知的信件将视为已接收，不再寄送。",
    ),
    "ask absent": Said(
        "Letters that are sent now: {count}. Say so only when the log shows that they never arrived: else readers get "
        "them twice.",
        "现在将寄送 {count} 封。仅当日志确认未送达时才选择此项，否则读者会收到两封。",
    ),
    "ask resend": Said(
        "Letters that are sent again although nobody knows whether they arrived: {count}. Some readers may get the "
        "letter twice.",
        "将在无法确认是否送达的情况下重寄 {count} 封：部分读者可能收到两封。",
    ),
    "confirm cancel": Said("Yes, cancel the issue", "确认取消本期"),
    "confirm retry": Said("Yes, try them again", "确认重试"),
    "confirm sent": Said("Yes, they arrived", "确认已送达"),
    "confirm absent": Said("Yes, send them", "确认寄送"),
    "confirm resend": Said("Yes, send them again", "确认重寄"),
    "did sending pause": Said("Paused. What is on its way still ends.", "已暂停。正在寄送的信件仍会完成。"),
    "did sending resume": Said("It goes on from where it stopped.", "将从停下的地方继续。"),
    "did sending cancel": Said("Cancelled. Letters that are not sent: {count}.", "已取消：{count} 封信不再寄送。"),
    "did sending retry": Said("Tried again: {count}.", "将重试 {count} 封信。"),
    "did sending sent": Said("Counted as accepted: {count}.", "{count} 封信已视为接收。"),
    "did sending absent": Said("To be sent: {count}.", "将寄送 {count} 封信。"),
    "did sending resend": Said("To be sent again: {count}.", "将重寄 {count} 封信。"),
}
