"""What the pages say on which readers join, choose and leave, and those of wrong turns."""

from newsletter.web.words.said import Said

WORDS: dict[str, Said] = {
    # -- subscribing
    "subscribe": Said("Subscribe", "订阅"),
    "subscribe title": Said("The week in one letter", "一封信，读懂这一周"),
    "subscribe promise": Said(
        "Free, once a week. Leave at any time with one click.",
        "免费，每周一封，一键随时退订。",
    ),
    "email": Said("Email", "邮箱"),
    "name": Said("Name (optional)", "姓名（可不填）"),
    "edition": Said("Edition", "版本"),
    "leave empty": Said("Leave this empty", "此处留空"),
    "subscribe privacy": Said(
        "We use your address for this letter only, and delete it when you ask.",
        "邮箱只用于寄送本信，您要求时即删除。",
    ),
    "subscribe done": Said("Look into your inbox", "请查看您的邮箱"),
    "subscribe done text": Said(
        "If that address is new to us, a letter with a link is on its way. Open the link and confirm, and the next "
        "issue comes to you. Nothing is sent before that.",
        "如果这是新的邮箱，我们已寄出一封带链接的信。打开链接并确认，下一期就会寄给您；在此之前不会再寄任何内容。",
    ),
    "subscribe done next": Said(
        "Nothing there after ten minutes? Look in the spam folder.",
        "十分钟后仍未收到？请查看垃圾邮件文件夹。",
    ),
    "email wrong": Said(
        "This does not look like an email address. Check it and try again.",
        "这似乎不是有效的邮箱地址，请检查后重试。",
    ),
    "edition wrong": Said("Choose one of the editions below.", "请从下面的版本中选择。"),
    "too many": Said("Too many requests", "请求过于频繁"),
    "not sent": Said("The letter could not be sent", "信件未能寄出"),
    "not sent text": Said(
        "Our mail is out of order for the moment. Nothing was kept; try again in an hour.",
        "我们的邮件服务暂时出了问题，请一小时后再试。",
    ),
    "too many text": Said(
        "Too much came from your address. Try again in an hour.", "来自您网络的请求过多，请一小时后再试。"
    ),
    "confirm title": Said("Confirm your subscription", "确认订阅"),
    "confirm text": Said(
        "One press and {edition} comes to {email} every week.",
        "按一下按钮，《{edition}》将每周寄到 {email}。",
    ),
    "confirm text plain": Said("One press and the letter comes to you every week.", "按一下按钮，我们每周给您寄信。"),
    "confirm button": Said("Confirm subscription", "确认订阅"),
    "confirmed": Said("You are subscribed", "订阅成功"),
    "confirmed text": Said(
        "The next issue comes to you. Until then, here is the latest one.",
        "下一期会寄给您。在此之前，请先阅读最新一期。",
    ),
    "confirm expired": Said("This link has expired", "此链接已失效"),
    "confirm expired text": Said(
        "A confirmation link works once, and for seven days.",
        "确认链接只能使用一次，七天内有效。",
    ),
    "confirm expired next": Said("Subscribe again and a new link comes to you.", "请重新订阅，我们会寄出新的链接。"),
    "unsubscribe title": Said("Leave this letter", "退订"),
    "unsubscribe text": Said("One press and we send you nothing more of it.", "按一下按钮，我们便不再寄送。"),
    "unsubscribe button": Said("Unsubscribe", "确认退订"),
    "unsubscribed": Said("You have left", "已退订"),
    "unsubscribed text": Said(
        "No more letters come to you. Thank you for reading.", "我们不会再寄信给您。感谢您的阅读。"
    ),
    "unsubscribed next": Said("Changed your mind? Subscribe again at any time.", "改变主意了？随时可以重新订阅。"),
    "preferences title": Said("Your letters", "我的订阅"),
    "preferences text": Said("Choose what comes to you.", "选择寄给您的内容。"),
    "preferences saved": Said("Saved.", "已保存。"),
    "editions": Said("Editions", "版本"),
    "your name": Said("Your name", "姓名"),
    "save": Said("Save", "保存"),
    "leave all": Said("Leave all letters", "退订全部"),
    # -- wrong turns
    "not found": Said("There is no such page", "没有这个页面"),
    "not found text": Said(
        "The address may be old or mistyped, or the issue is not published yet.",
        "地址可能已过期或有误，或者该期尚未发布。",
    ),
    "issue not out": Said(
        "This issue of {title} is not published yet. It comes a little later; the earlier issues are in the archive.",
        "《{title}》的这一期尚未发布，稍后即来；往期可在存档中阅读。",
    ),
    "token unknown": Said("This link is not known here", "此链接无法识别"),
    "token unknown text": Said(
        "It may have been cut in two by a mail program. Open the link in the letter again.",
        "链接可能被邮件程序截断，请重新打开信中的链接。",
    ),
    "go home": Said("To the latest issue", "前往最新一期"),
    "go archive": Said("All issues", "全部各期"),
    "go search": Said("Search the archive", "搜索资料库"),
    "broken": Said("Something broke here", "这里出了问题"),
    "broken text": Said(
        "The fault is ours and is written down. Try again in a minute.", "问题在我们，已记录在案，请稍后再试。"
    ),
    "refused": Said("This was refused", "请求被拒绝"),
    "bad request": Said("This request could not be read", "无法读取此请求"),
}
