"""What the pages say, in both languages."""

from typing import NamedTuple


class Said(NamedTuple):
    en: str
    zh: str


LANGUAGES = ("en", "zh")
HTML_LANGUAGE = {"en": "en", "zh": "zh-Hans"}

WORDS: dict[str, Said] = {
    # -- around every page
    "skip": Said("Skip to the text", "跳到正文"),
    "latest": Said("Latest", "最新一期"),
    "archive": Said("Archive", "往期"),
    "topics": Said("Topics", "主题"),
    "search": Said("Search", "搜索"),
    "feed": Said("Feed", "订阅源"),
    "other language": Said("中文", "English"),
    "site": Said("Site", "网站"),
    "motto": Said(
        "What happened in AI infrastructure, once a week, from sources in English and Chinese.",
        "每周一次，从中英文来源看人工智能基础设施发生了什么。",
    ),
    "in english": Said("English", "英文"),
    "in chinese": Said("Chinese", "中文"),
    # -- an issue
    "number": Said("No. {number}", "第 {number} 期"),
    "minutes": Said("{minutes} min", "{minutes} 分钟"),
    "stories": Said("{count} stories", "{count} 则报道"),
    "one story": Said("1 story", "1 则报道"),
    "five lines": Said("This week in short", "本周速览"),
    "numbers": Said("The week in numbers", "本周数字"),
    "lead": Said("Lead story", "头条"),
    "key points": Said("Key points", "要点"),
    "sources": Said("Sources", "来源"),
    "related": Said("Related", "相关文章"),
    "translated": Said("machine translated", "机器翻译"),
    "earlier": Said("earlier", "此前"),
    "read original": Said("Read the report at {source}", "阅读 {source} 的原文"),
    "read story": Said("The whole story: sources and related articles", "完整报道：来源与相关文章"),
    "note": Said("Editor’s note", "编者按"),
    "twin": Said("This issue in Chinese", "本期英文版"),
    "issue list": Said("Issues", "各期"),
    "latest issue": Said("Latest issue", "最新一期"),
    "no issue": Said("The first issue is on its way", "第一期正在准备"),
    "no issue why": Said("Nothing has been approved for sending yet.", "目前还没有批准发送的一期。"),
    "no issue next": Said(
        "Leave your address and the first issue comes to you; the topics can be read already.",
        "留下邮箱，第一期会寄给您；各主题现在就可以阅读。",
    ),
    "archive none": Said("No issue has been published yet.", "尚未发布任何一期。"),
    "archive lede": Said("Every issue as it was sent, newest first.", "每一期都按寄出时的样子保存，最新的在前。"),
    # -- a story
    "reports": Said("{count} reports", "{count} 篇报道"),
    "one report": Said("1 report", "1 篇报道"),
    "told in": Said("Told in", "收录于"),
    "no points": Said(
        "The reports carry no more than their headlines; read them at their sources.",
        "各报道只有标题可用，请阅读原文。",
    ),
    "no related": Said("Nothing in the archive is close to this story yet.", "资料库中暂无与此相近的报道。"),
    "out of scope": Said(
        "This story lies outside our subject; it is kept because a source of ours carried it.",
        "这则报道不在我们的主题之内；因我们的来源刊载了它而保留。",
    ),
    "report in": Said("in {language}", "{language}"),
    # -- topics and search
    "topics lede": Said("Everything we follow, as a plain list.", "我们关注的全部主题。"),
    "companies": Said("Companies and people", "公司与人物"),
    "topic empty": Said("No story carries this tag yet.", "还没有带此标签的报道。"),
    "topic next": Said(
        "Follow its feed and see the first one, or look at all topics.", "可订阅它的更新，或查看全部主题。"
    ),
    "topic feed": Said("Feed of this topic", "此主题的订阅源"),
    "older": Said("Older stories", "更早的报道"),
    "search label": Said("Words or a name, in English or Chinese", "词语或名称，中英文均可"),
    "search lede": Said(
        "Every report of every week. A company is found under all of its names.",
        "检索每周的全部报道；公司的各种名称都能找到。",
    ),
    "search none": Said("Nothing found for “{query}”.", "没有找到“{query}”。"),
    "search next": Said("Try fewer words, or a company’s name.", "请减少词语，或试试公司名称。"),
    "search found": Said("{count} stories for “{query}”", "“{query}”：{count} 则报道"),
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
    # -- the desk: login
    "desk": Said("Desk", "编辑台"),
    "log in": Said("Log in", "登录"),
    "log out": Said("Log out", "退出"),
    "password": Said("Password", "密码"),
    "login title": Said("The desk", "编辑台"),
    "login text": Said(
        "For editors. An operator adds one: newsletter editors add EMAIL",
        "仅限编辑。由管理员添加：newsletter editors add EMAIL",
    ),
    "login wrong": Said("Email or password is wrong.", "邮箱或密码有误。"),
    "login slow": Said("Too many attempts. Wait fifteen minutes and try again.", "尝试次数过多，请十五分钟后再试。"),
    "token missing": Said(
        "The form came without our token, so nothing was changed. Go back, load the page again and repeat.",
        "表单缺少我们的令牌，未作任何更改。请返回、刷新页面后重试。",
    ),
    # -- the desk: drafts
    "drafts": Said("Issues", "各期"),
    "feeds": Said("Feeds", "来源"),
    "mailbox": Said("Outbox", "发件箱"),
    "nothing to approve": Said("Nothing to approve", "没有待批准的内容"),
    "nothing to approve text": Said(
        "No draft has been composed yet. The clock composes one {before} before an edition is due; by hand: "
        "newsletter compose {edition}",
        "尚未生成草稿。系统会在寄送前 {before} 自动生成；手动生成：newsletter compose {edition}",
    ),
    "state": Said("State", "状态"),
    "issue": Said("Issue", "期号"),
    "subject": Said("Subject", "主题行"),
    "items": Said("Items", "条目"),
    "checks": Said("Checks", "检查"),
    "sends": Said("Sends", "发送时间"),
    "sends when approved": Said("as soon as it is delivered", "交付时即发"),
    "state draft": Said("Draft", "草稿"),
    "state waiting": Said("Waiting for approval", "等待批准"),
    "state approved": Said("Approved", "已批准"),
    "state sending": Said("Sending", "发送中"),
    "state paused": Said("Paused", "已暂停"),
    "state sent": Said("Sent", "已发送"),
    "state cancelled": Said("Cancelled", "已取消"),
    "paused because": Said(
        "Paused: {reason}. Go on with: newsletter resume {issue}", "已暂停：{reason}。继续：newsletter resume {issue}"
    ),
    # -- the desk: one issue
    "dropped": Said("Dropped", "已撤下"),
    "move up": Said("Move up", "上移"),
    "move down": Said("Move down", "下移"),
    "pin": Said("Pin", "置顶"),
    "unpin": Said("Unpin", "取消置顶"),
    "drop": Said("Drop", "撤下"),
    "restore": Said("Restore", "恢复"),
    "edit": Said("Edit", "编辑"),
    "headline": Said("Headline", "标题"),
    "reason": Said("Reason", "理由"),
    "undo": Said("Undo", "撤销"),
    "pinned": Said("pinned", "已置顶"),
    "left out": Said("Left out", "未入选"),
    "left out text": Said(
        "Below the floor or over the limit of the issue; pin one to bring it in.", "低于门槛或超出篇幅；置顶即可收入。"
    ),
    "no items": Said("No story is above the floor this week", "本周没有达到门槛的报道"),
    "no items next": Said(
        "Look at the feeds: a quiet week is rare, a silent feed is not. Or pin a story that was left out.",
        "请检查来源：平静的一周少见，沉默的来源常见。也可以置顶一则未入选的报道。",
    ),
    "none dropped": Said("Nothing is dropped.", "没有撤下的条目。"),
    "why here": Said("Why it ranks here", "排名理由"),
    "points": Said("{points} points", "{points} 分"),
    "score": Said("Score", "得分"),
    "original": Said("As found", "原标题"),
    "story page": Said("Story page", "报道页"),
    "preview": Said("Preview", "预览"),
    "preview frame": Said("The letter: {lens}", "信件：{lens}"),
    "lens desktop": Said("Desktop", "桌面"),
    "lens mobile": Said("Mobile", "手机"),
    "lens dark": Said("Dark", "深色"),
    "lens text": Said("Plain text", "纯文本"),
    "lens inbox": Said("Inbox row", "收件箱"),
    "lens images-off": Said("Images off", "无图片"),
    "lens styles-off": Said("Styles off", "无样式"),
    "lens inverted": Said("Inverted", "反色"),
    "lens outlook": Said("Outlook", "Outlook"),
    "lens source": Said("Source", "源码"),
    "lens approximate": Said(
        "An approximation: no mail program was asked. Trust a test letter more.",
        "近似效果，并非真实邮件程序；请以测试信为准。",
    ),
    "lens exact": Said(
        "The bytes that will be sent, with a sample reader filled in.", "即将寄出的原样内容，收件人为示例。"
    ),
    "fingerprint": Said("Fingerprint", "指纹"),
    "level green": Said("Passed", "通过"),
    "level amber": Said("Look", "留意"),
    "level red": Said("Wrong", "有误"),
    "level grey": Said("Not checked here", "此处未检查"),
    "recipients": Said("Recipients", "收件人"),
    "readers": Said("{count} readers", "{count} 位读者"),
    "one reader": Said("1 reader", "1 位读者"),
    "approve": Said("Approve", "批准"),
    "confirm approval": Said("Confirm approval", "确认批准"),
    "approve title": Said("Approve {issue}?", "批准 {issue}？"),
    "approve text": Said(
        "These exact bytes go to these readers. A change after this needs a new approval.",
        "这些内容将原样寄给以下读者；之后的任何改动都需重新批准。",
    ),
    "approve red": Said("A check is red. Mend it before you approve.", "有检查未通过，请先修正再批准。"),
    "approve back": Said("Back to the draft", "返回草稿"),
    "approved by": Said("Approved by {by} on {at}", "{by} 于 {at} 批准"),
    "send test": Said("Send test", "发送测试信"),
    "test address": Said("Test address", "测试邮箱"),
    "test none": Said(
        "No test address is allowed; set [desk] test_to in config.toml",
        "未允许任何测试邮箱；请在 config.toml 的 [desk] 中设置 test_to",
    ),
    "edits": Said("Edits", "编辑记录"),
    "undone": Said("undone", "已撤销"),
    "by": Said("{by}, {at}", "{by}，{at}"),
    # -- the desk: what was done
    "did move-up": Said("Moved up: {item}", "已上移：{item}"),
    "did move-down": Said("Moved down: {item}", "已下移：{item}"),
    "did pin": Said("Pinned: {item}", "已置顶：{item}"),
    "did unpin": Said("Unpinned: {item}", "已取消置顶：{item}"),
    "did drop": Said("Dropped: {item}", "已撤下：{item}"),
    "did restore": Said("Restored: {item}", "已恢复：{item}"),
    "did retitle": Said("Saved: {item}", "已保存：{item}"),
    "did rewrite": Said("Saved: {item}", "已保存：{item}"),
    "did note": Said("Note saved: {item}", "已保存编者按：{item}"),
    "did move-to": Said("Moved: {item}", "已移动：{item}"),
    "did source": Said("Told from another report: {item}", "已换来源：{item}"),
    "did split": Said("A report is told apart from: {item}", "已拆出一篇报道：{item}"),
    "did merge": Said("Told together: {item}", "已合并：{item}"),
    "did subject": Said("Subject saved.", "主题已保存。"),
    "did preheader": Said("Preheader saved.", "预览文字已保存。"),
    "did intro": Said("Introduction saved.", "导语已保存。"),
    "more edits": Said("Summary, note, section, same event", "摘要、编者按、版块、同一事件"),
    "whole issue": Said("Subject, preheader, introduction", "主题、预览文字、导语"),
    "summary": Said("Summary", "摘要"),
    "save summary": Said("Save summary", "保存摘要"),
    "rewrite": Said("Summary", "摘要"),
    "save note": Said("Save note", "保存编者按"),
    "section": Said("Section", "版块"),
    "move to": Said("Move there", "移至此处"),
    "same event": Said("The same event as", "与此为同一事件"),
    "merge": Said("Tell together", "合并"),
    "source": Said("Tell from this", "用此来源"),
    "split": Said("Another event", "另一事件"),
    "preheader": Said("Preheader", "预览文字"),
    "intro": Said("Introduction", "导语"),
    "save subject": Said("Save subject", "保存主题"),
    "save preheader": Said("Save preheader", "保存预览文字"),
    "save intro": Said("Save introduction", "保存导语"),
    "did probe": Said("Links and spam score are checked.", "链接与垃圾邮件评分已检查。"),
    "probe": Said("Check links and spam score", "检查链接与垃圾邮件评分"),
    "did undo": Said("The last edit is undone.", "已撤销上一次编辑。"),
    "did test": Said("A test letter went to {item}.", "测试信已发送至 {item}。"),
    "did approve": Said("Approved. It goes out at the time below.", "已批准，将按下面的时间寄出。"),
    "did login": Said("You are logged in.", "您已登录。"),
    "not allowed test": Said(
        "{item} is not among the test addresses; an operator can add it under [desk] test_to",
        "{item} 不在测试邮箱之列；管理员可在 [desk] 的 test_to 中添加",
    ),
    "stale title": Said("Somebody changed this issue while you were editing", "编辑期间有人改动了本期"),
    "stale text": Said(
        "Nothing of yours was written and nothing of theirs is lost. Compare the two, then decide.",
        "您的改动尚未写入，对方的改动也没有丢失。请对照后决定。",
    ),
    "stale yours": Said("Yours", "您的"),
    "stale theirs": Said("Now", "当前"),
    "stale again": Said("Apply mine to the new version", "将我的改动应用到新版本"),
    "stale look": Said("Look at the new version", "查看新版本"),
    "changed title": Said("The letter changed since you looked at it", "您查看之后，信件已有改动"),
    "changed text": Said(
        "You saw {seen}, it is {now} now. Nothing was approved: look at it again.",
        "您看到的是 {seen}，现在是 {now}。未作批准，请重新查看。",
    ),
    # -- the desk: feeds and mailbox
    "feed name": Said("Feed", "来源"),
    "health": Said("Health", "状况"),
    "articles": Said("Articles", "文章"),
    "checked": Said("Last fetched", "上次抓取"),
    "due": Said("Due", "下次抓取"),
    "next step": Said("Next step", "下一步"),
    "health ok": Said("Well", "正常"),
    "health new": Said("Not fetched yet", "尚未抓取"),
    "health failing": Said("Failing ({count} times)", "失败（{count} 次）"),
    "health gone": Said("Gone", "已消失"),
    "health quiet": Said("Quiet", "沉默"),
    "health off": Said("Switched off", "已停用"),
    "health next new": Said("It is fetched with the next collect.", "下次收集时抓取。"),
    "health next failing": Said(
        "It is tried again by itself. When it goes on failing: newsletter feeds try {url}",
        "系统会自动重试。若持续失败：newsletter feeds try {url}",
    ),
    "health next gone": Said(
        "The address answered that it is gone. Find the new one on {site} and correct the OPML file.",
        "该地址已明确失效。请在 {site} 查找新地址并修改 OPML 文件。",
    ),
    "health next moved": Said(
        "It moved for good to {url}; put that into the OPML file.", "已永久迁移到 {url}，请写入 OPML 文件。"
    ),
    "health next quiet": Said(
        "No new article for a month. Look whether {site} still publishes.",
        "一个月没有新文章，请查看 {site} 是否仍在更新。",
    ),
    "no feeds": Said("No feed yet", "还没有来源"),
    "no feeds text": Said(
        "Put an OPML file into feeds/, or add one: newsletter feeds add URL",
        "将 OPML 文件放入 feeds/，或添加：newsletter feeds add URL",
    ),
    "feeds lede": Said("{well} of {all} feeds are well.", "{all} 个来源中有 {well} 个正常。"),
    "mailbox lede": Said(
        "What the outbox transport wrote, as a mail program shows it.", "outbox 方式写出的信件，与邮件程序中所见一致。"
    ),
    "mailbox empty": Said("No letter yet", "还没有信件"),
    "mailbox empty text": Said(
        "Approve an issue, then: newsletter deliver ISSUE", "先批准一期，然后：newsletter deliver ISSUE"
    ),
    "mailbox count": Said("{count} letters, the newest {shown} shown", "共 {count} 封，显示最新 {shown} 封"),
    "from": Said("From", "发件人"),
    "to": Said("To", "收件人"),
    "date": Said("Date", "日期"),
    "letter frame": Said("The letter", "信件"),
    "as text": Said("As text", "纯文本"),
    "as html": Said("As HTML", "HTML"),
    "choose letter": Said("Choose a letter.", "请选择一封信。"),
}


def say(key: str, language: str, /, **values: object) -> str:
    """The words of a key; an unknown key is a mistake of ours and raises KeyError."""
    said = WORDS[key]
    words = said.zh if language == "zh" else said.en
    return words.format(**values) if values else words
