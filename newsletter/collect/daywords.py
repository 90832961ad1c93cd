"""The words of dates: months in the languages of feeds, zones by their letters, Chinese day parts and numerals."""

_MONTH_NAMES = (
    "jan january janvier januar enero janeiro gennaio gen ene янв jänner januari styczeń sty",
    "feb february février févr fev februar febrero fevereiro febbraio фев fév februari luty lut",
    "mar march mars märz mär mrz marzo março мар maart mrt marzec",
    "apr april avril avr abril aprile abr апр kwiecień kwi",
    "may mai mayo maio maggio mag мая май mei maj",
    "jun june juin juni junio junho giugno giu июн czerwiec cze",
    "jul july juillet juil juli julio julho luglio lug июл lipiec lip",
    "aug august août aout agosto ago авг augustus sierpień sie",
    "sep sept september septembre septiembre setembro settembre set сен wrzesień wrz",
    "oct october octobre oktober okt octubre outubro out ottobre ott окт październik paź",
    "nov november novembre noviembre novembro ноя listopad lis",
    "dec december décembre déc dezember dez diciembre dic dezembro dicembre дек desember grudzień gru",
)
MONTHS = {name: at for at, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

# RFC 822 and what is seen in feeds. CST is missing on purpose: the source's own zone decides.
ZONES = {
    "UT": 0.0, "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "BST": 1.0, "IST": 5.5,
    "CET": 1.0, "MET": 1.0, "CEST": 2.0, "MEST": 2.0, "EET": 2.0,
    "EEST": 3.0, "MSK": 3.0, "EST": -5.0, "EDT": -4.0, "CDT": -5.0,
    "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "AKST": -9.0,
    "AKDT": -8.0, "HST": -10.0, "AST": -4.0, "ADT": -3.0, "NST": -3.5,
    "NDT": -2.5, "BRT": -3.0, "JST": 9.0, "KST": 9.0, "HKT": 8.0,
    "SGT": 8.0, "PHT": 8.0, "WIB": 7.0, "AEST": 10.0, "AEDT": 11.0,
    "ACST": 9.5, "AWST": 8.0, "NZST": 12.0, "NZDT": 13.0, "SAST": 2.0,
    "ET": -5.0, "PT": -8.0, "PKT": 5.0, "WEST": 1.0,
}  # fmt: skip

NUMERALS = {sign: at for at, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "兩": 2, "十": 10}

DAY_PARTS = {
    "凌晨": False,
    "清晨": False,
    "早上": False,
    "早晨": False,
    "上午": False,
    "오전": False,
    "午前": False,
    "中午": True,
    "下午": True,
    "傍晚": True,
    "晚上": True,
    "晚间": True,
    "晚間": True,
    "오후": True,
    "午後": True,
}
"""Whether a part of the day is after noon."""

RELATIVE_DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "today": 0, "yesterday": -1}

UNITS = {
    "秒": 1, "秒钟": 1, "秒鐘": 1, "分": 60, "分钟": 60, "分鐘": 60, "小时": 3600,
    "小時": 3600, "天": 86_400, "日": 86_400, "周": 604_800, "週": 604_800,
    "月": 2_592_000, "年": 31_536_000, "second": 1, "sec": 1, "minute": 60,
    "min": 60, "hour": 3600, "hr": 3600, "h": 3600, "day": 86_400,
    "week": 604_800, "month": 2_592_000, "year": 31_536_000,
}  # fmt: skip
