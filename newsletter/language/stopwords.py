"""Words that every text has, and words of the news trade: they tell no event from another."""

STOPWORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each few for from further get gets got had has have having he her
    here hers him his how i if in into is it its it's just like may me might more most much must my new no nor not now
    of off on once one only or other our out over own said say says she should so some such than that the their them
    then there these they this those through to too two under until up upon us very via vs was we were what when where
    which while who whom why will with would yet you your according report reports reported reportedly news today
    yesterday tomorrow week month year monday tuesday wednesday thursday friday saturday sunday first last next make
    makes made take takes latest update 的 了 和 是 在 有 与 及 或 等 将 已 就 都 而 被 对 为 以 于 从 到 由 向 把 让
    给 中 上 下 内 外 后 前 时 年 月 日 一个 一种 这个 那个 我们 他们 它们 你们 自己 这 那 其 该 此 并 也 还 又 很 更
    最 不 没有 可以 可能 因为 所以 但是 如果 以及 对于 关于 进行 表示 称 据 报道 消息 记者 获悉 电 近日 今日 昨日 目前
    今年 去年 明年 其中 此外 同时 通过 成为 公司 相关 宣布 方面 情况 财联社 新华社 快讯 当地 时间 指出 认为 透露
    """.split()  # noqa: SIM905
)
