"""What the public pages say."""

from newsletter.web.words.said import Said

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
    "colon": Said(": ", "："),
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
}
