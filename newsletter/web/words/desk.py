"""What the desk says around its pages: login, lists of issues and feeds, the outbox."""

from newsletter.web.words.said import Said

WORDS: dict[str, Said] = {
    # -- login
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
    "session over": Said(
        "You are logged out, so nothing was changed. Go back and copy what you wrote, then log in again.",
        "您已退出登录，未作任何更改。请返回并复制您写的内容，然后重新登录。",
    ),
    "token missing": Said(
        "The form came without our token, so nothing was changed. Go back, load the page again and repeat.",
        "表单缺少我们的令牌，未作任何更改。请返回、刷新页面后重试。",
    ),
    # -- drafts
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
    # -- feeds and mailbox
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
    "as narrow": Said("On a phone", "手机"),
    "as headers": Said("Headers", "邮件头"),
    "choose letter": Said("Choose a letter.", "请选择一封信。"),
}
