"""Words of the news that mean the same in both languages, so that two reports can be compared across them.

A line is one concept: English stems or phrases, an equals sign, Chinese words. Written by hand for news in general;
names are the gazetteer's. A word may stand in one line only.
"""

from collections.abc import Iterable
from functools import cache

from newsletter.language.indexing import stem

CONCEPT = "c:"

_LINES = """
acquire acquisition acquires buy buys buyout takeover = 收购 并购 买下 购入
merger merge = 合并
sell sale sales divest = 出售 销售 卖出 抛售 减持
invest investment investor backing backed = 投资 注资 入股 投资者 投资人
fund funding fundraise = 融资 募资 筹资 资金 基金
raise raises = 筹集 募集
round = 轮
valuation valued = 估值
bond bonds debt = 债券 发债 债务 债
loan loans credit lender = 贷款 信贷 借款
ipo listing float = 上市 首次公开募股 招股
share shares stock stocks = 股价 股票 股份 股市
dividend = 分红 股息
profit profits earnings income = 利润 净利润 盈利 收益
loss losses = 亏损 损失
revenue = 营收 收入 营业收入 营业额
quarter quarterly = 季度 财季 一季度 二季度 三季度 四季度
forecast outlook expect expects guidance predict = 预测 预计 预期 展望 指引
result results = 业绩 财报 结果
growth grow grows = 增长 增速 增幅
record = 创纪录 历史新高 纪录
surge soar soars jump jumps climb climbs rally spike = 飙升 大涨 暴涨 上涨 攀升 涨幅 跳涨
fall falls drop drops slide slump plunge tumble decline = 下跌 下滑 暴跌 跌幅 下降 大跌
cut cuts reduce reduction slash = 削减 减少 下调 降低 砍
layoff layoffs = 裁员
job jobs worker workers employee employees staff workforce = 员工 工人 岗位 就业 职位
hire hires recruit appoint = 聘请 招聘 任命 聘任
resign quit quits leave leaves depart departure = 辞职 离职 离开 卸任
fire fired dismiss = 解雇 开除 解职
price prices pricing = 价格 涨价 售价 定价
cost costs expensive = 成本 费用 开支
spend spending expenditure capex = 支出 斥资 花费 资本支出 投入
deal agreement pact contract = 协议 合同 交易 协定 合约
partner partnership partners team collaborate alliance = 合作 伙伴 合作伙伴 联手 携手 联盟
coalition = 联盟
order orders = 订单
supply supplies supplier supplying = 供应 供货 供给 供应商
shortage shortages scarce = 短缺 紧缺 缺货 不足
demand = 需求
export exports = 出口
import imports = 进口
tariff tariffs = 关税
tax taxes = 税 税收 征税
trade = 贸易
ban bans banned prohibit block = 禁令 禁止 封锁 封禁 禁
restrict restriction restrictions curb curbs limit limits = 限制 管制 约束
sanction sanctions = 制裁
rule rules regulation regulations = 规则 规定 法规 新规 条例
draft proposal propose proposes proposed = 草案 拟议 提案 建议
withdraw withdraws withdrawn pulls scrap scraps rescind = 撤回 撤销 取消 收回
law bill legislation = 法案 法律 立法
policy = 政策
approve approves approval approved = 批准 获批 通过 核准
permit permits licence license = 许可 许可证 牌照 获准
hearing = 听证 听证会
court judge ruling = 法院 法庭 法官 裁定 判决
sue sues sued lawsuit suit = 起诉 诉讼 控告 状告
charge charged indict accuse accused accuses = 指控 控罪
guilty convict convicted sentence sentenced = 认罪 有罪 定罪 判刑 获刑
jail prison arrest arrested detain = 监狱 入狱 逮捕 被捕 拘留
police = 警方 警察
investigate investigation probe = 调查
fine fined penalty = 罚款 罚金 处罚
fraud scam = 欺诈 诈骗 骗局
patent = 专利
privacy = 隐私
antitrust monopoly = 反垄断 垄断
government = 政府
president = 总统
minister ministry = 部长 大臣 部
parliament congress senate lawmakers = 国会 议会 参议院 议员
election vote votes voters = 选举 投票 大选
pentagon defense defence military army = 国防部 五角大楼 军方 国防 军事 军队
commerce = 商务部 商务
treasury = 财政部
regulator regulators = 监管机构 监管
union = 工会
war conflict = 战争 冲突
attack attacks attacked strike strikes = 袭击 攻击 打击
missile missiles = 导弹
drone drones = 无人机
threat threaten threatens warns warn warning = 威胁 警告 预警 警示
target targets = 目标 瞄准
ceasefire truce = 停火
peace = 和平
talks negotiate negotiation negotiations = 谈判 磋商 洽谈 商谈
summit meeting meet meets = 峰会 会议 会见 会面 会晤
visit visits trip = 访问 出访 到访
protest protests = 抗议 示威
resident residents locals = 居民 当地居民
build builds building construction construct = 建设 建造 兴建 修建 施工 动工
expand expands expansion = 扩大 扩建 扩张 扩产 拓展
plan plans planning = 计划 规划 拟 打算
launch launches unveil unveils introduce debut debuts release releases announce announces = 推出 发布 上线 亮相 揭晓
develop develops development developing = 开发 研发 自研
deploy deployment = 部署
start starts begin begins open opens = 启动 开始 开业 开放
stop stops halt halts shutdown shut pause paused stalled suspend suspends = 停工 停产 暂停 停止 关闭 中断 搁置 停摆 停运
delay delays delayed postpone = 推迟 延迟 延期 延后
cancel cancels cancelled abandon = 取消 放弃
complete completes completion closes finalise = 完成 落成 交割
double doubles = 翻倍 翻番
chip chips semiconductor semiconductors = 芯片 半导体
processor processors cpu = 处理器 中央处理器
gpu graphics = 显卡 图形处理器
memory dram = 内存 存储器 存储芯片 动态随机存取存储器
storage = 存储 储存
wafer wafers = 晶圆
foundry = 代工 晶圆代工
fab factory plant plants = 工厂 晶圆厂 厂房
manufacture manufacturing production produce maker = 制造 生产 量产 制造商
packaging = 封装
server servers = 服务器
datacenter datacenters data-center = 数据中心
cloud = 云 云计算 云服务
compute computing = 算力 计算
model models = 模型 大模型
agent agents = 智能体 代理
inference = 推理
training train = 训练
open-source open-weight = 开源 开放式
algorithm = 算法
software = 软件
hardware = 硬件
platform = 平台
app apps application = 应用 应用程序
robot robots robotics humanoid = 机器人
quantum = 量子
satellite satellites = 卫星
rocket = 火箭
network networking networks = 网络
cable cables subsea undersea = 海底电缆 光缆 电缆
optical fiber fibre photonic = 光纤 光模块 光学 光通信
cooling liquid-cooled = 液冷 冷却 散热
encryption encrypted homomorphic = 加密 同态
security cybersecurity = 安全 网络安全
hack hacker hackers breach = 黑客 入侵 泄露
outage outages = 宕机 故障 中断服务
power = 电力 发电 供电
electricity = 电力 用电 电价
turbine turbines = 涡轮机 燃气轮机
power-plant = 发电厂 电厂
gas = 天然气 燃气
oil crude = 石油 原油 油价
coal = 煤炭 煤
nuclear reactor reactors = 核电 核能 核 反应堆
solar = 太阳能 光伏
wind = 风电 风能 风力
battery batteries = 电池
grid = 电网
energy = 能源 能耗
helium = 氦气 氦
lithium = 锂
copper = 铜
gold = 黄金
rare-earth = 稀土
water = 用水 水资源 水
pollution emissions emission carbon = 污染 排放 碳
climate = 气候
wildlife = 野生动物
car cars vehicle vehicles auto automotive = 汽车 车 车型
ev evs electric = 电动车 电动汽车 新能源
phone phones smartphone smartphones = 手机 智能手机
laptop laptops notebook notebooks pc pcs = 笔记本电脑 笔记本 电脑 个人电脑
desktop = 台式机 桌面
gaming game games = 游戏
chatbot = 聊天机器人
social = 社交
video videos = 视频
search = 搜索
advertising ads ad = 广告
retail store stores shop = 零售 商店 门店
customer customers consumer consumers = 客户 消费者 用户
startup startups = 初创 初创公司 创业公司 初创企业
billionaire = 富豪 亿万富翁
founder founders cofounder = 创始人 联合创始人
ceo chief executive = 首席执行官 总裁
chairman = 董事长 主席
board = 董事会 董事
analyst analysts = 分析师 机构
bank banks banking = 银行
insurer insurance = 保险
fed = 美联储
inflation = 通胀 通货膨胀
rate rates interest = 利率 加息 降息
economy economic = 经济
market markets = 市场
currency yuan dollar = 汇率 货币
budget = 预算
rent lease leases leasing = 租赁 租约 租用 出租
land site campus = 用地 园区 地块
house housing home homes property = 住房 房地产 房价 楼市
airport airline airlines flight flights plane = 机场 航空 航班 飞机
ship ships shipping port vessel = 航运 船 港口 船只
train rail railway = 铁路 列车 高铁
crash crashes = 坠毁 撞 事故
fire blaze = 火灾 起火
explosion blast = 爆炸
earthquake quake = 地震
flood floods flooding = 洪水 洪灾
storm hurricane typhoon = 风暴 飓风 台风
virus pandemic coronavirus covid = 疫情 病毒 新冠
vaccine vaccines = 疫苗
hospital hospitals = 医院
drug drugs medicine = 药物 药品
doctor doctors = 医生
cancer = 癌症
death deaths dead die dies killed = 死亡 去世 遇难 身亡 逝世
injured injury wounded = 受伤 伤者
school schools student students university = 学校 学生 大学 高校
football soccer = 足球
olympics olympic = 奥运会 奥运
medal = 奖牌 金牌
team teams = 球队
film movie movies = 电影 影片
music singer song = 音乐 歌手 歌曲
award awards prize = 奖 奖项 获奖
book books = 书
royal king queen prince = 国王 女王 王子 王室
child children kids = 儿童 孩子
woman women = 女性 妇女
border migrants immigration immigrants = 边境 移民
space nasa astronaut = 太空 航天 宇航员
moon lunar = 月球
mars = 火星
research study scientists researchers = 研究 科学家 研究人员
professor academic = 教授 学者
essay letter = 长文 公开信
filing filings documents = 文件 备案
subsidy subsidies voucher vouchers = 补贴 算力券 补助
stake stakes = 股权 持股
customised custom homegrown in-house = 定制 自主研发 自研
competitor competitors rival rivals compete = 竞争对手 对手 竞争
leader lead leading = 领先 领导 领袖
world global = 全球 世界 国际
supply-chain = 供应链
risk risks = 风险
bubble = 泡沫
boom = 热潮 繁荣 浪潮
crunch = 紧张 紧缺
cash = 现金
gigawatt gw = 吉瓦
megawatt mw = 兆瓦
trillion = 万亿
annual yearly = 年度 全年
first = 首次 首个 首款
largest biggest = 最大
next-generation next-gen = 下一代 新一代
china chinese = 中国 国产
america american us u.s = 美国 美
japan japanese tokyo = 日本 东京
korea korean seoul = 韩国 首尔
taiwan = 台湾
india indian = 印度
britain british uk u.k = 英国
france french paris = 法国 巴黎
germany german berlin = 德国 柏林
europe european eu = 欧洲 欧盟
russia russian moscow = 俄罗斯 俄 莫斯科
ukraine ukrainian kyiv = 乌克兰 基辅
israel israeli = 以色列
gaza palestinian hamas = 加沙 巴勒斯坦 哈马斯
iran iranian tehran = 伊朗 德黑兰
iraq = 伊拉克
syria = 叙利亚
turkey turkish = 土耳其
saudi riyadh = 沙特 沙特阿拉伯
uae dubai emirates = 阿联酋 迪拜
qatar = 卡塔尔
bahrain = 巴林
gulf = 海湾 波斯湾
middle-east mideast = 中东
egypt = 埃及
africa african = 非洲
south-africa = 南非
nigeria = 尼日利亚
australia australian = 澳大利亚
canada canadian = 加拿大
mexico mexican = 墨西哥
brazil brazilian = 巴西
argentina = 阿根廷
singapore = 新加坡
malaysia malaysian johor = 马来西亚 柔佛
indonesia indonesian = 印度尼西亚 印尼
vietnam vietnamese = 越南
thailand thai = 泰国
philippines = 菲律宾
pakistan = 巴基斯坦
italy italian = 意大利
spain spanish = 西班牙
poland polish = 波兰
netherlands dutch = 荷兰
sweden swedish = 瑞典
norway norwegian = 挪威
finland finnish = 芬兰
denmark danish = 丹麦
ireland irish = 爱尔兰
switzerland swiss = 瑞士
greece greek = 希腊
texas = 得克萨斯州 德克萨斯州 得州 德州
california = 加州 加利福尼亚州
mississippi = 密西西比州
virginia = 弗吉尼亚州
louisiana = 路易斯安那州
ohio = 俄亥俄州
arizona = 亚利桑那州
georgia = 佐治亚州
michigan = 密歇根州
pennsylvania = 宾夕法尼亚州 宾州
indiana = 印第安纳州
new-york = 纽约
beijing = 北京
shanghai = 上海
shenzhen = 深圳
hong-kong = 香港
guangdong = 广东
"""


@cache
def concepts() -> dict[str, str]:
    """English stems and Chinese words, each with the key of its concept."""
    found: dict[str, str] = {}
    for line in filter(None, _LINES.split("\n")):
        english, _, chinese = line.partition(" = ")
        key = CONCEPT + english.split()[0]
        for word in _stems(english.split()):
            found.setdefault(word, key)
        for word in chinese.split():
            found.setdefault(word, key)
    return found


@cache
def phrases() -> dict[tuple[str, str], str]:
    """Two English stems in a row that are one concept."""
    found: dict[tuple[str, str], str] = {}
    for line in filter(None, _LINES.split("\n")):
        english = line.partition(" = ")[0].split()
        for word in english:
            first, joint, second = word.partition("-")
            if joint:
                found[stem(first), stem(second)] = CONCEPT + english[0]
    return found


def _stems(words: Iterable[str]) -> Iterable[str]:
    return (stem(word) for word in words)
