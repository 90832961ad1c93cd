"""Words of Chinese and Latin text; names stay whole."""

from newsletter.language.segmenting import know, search_tokens, simplified, tokens


def test_latin_names_keep_their_signs_and_english_words_part() -> None:
    assert tokens("SK-II uses node.js, C++ and GPT-5.3") == ("sk-ii", "uses", "node.js", "c++", "and", "gpt-5.3")
    assert tokens("AT&T's data-center") == ("at&t", "data", "center")
    assert tokens("GB300 NVL72") == ("gb300", "nvl72")


def test_a_known_name_is_never_cut_in_either_script() -> None:
    know(["英伟达", "通义千问", "天数智芯", "黄仁勋"])
    assert tokens("英伟达发布通义千问")[0] == "英伟达"
    assert "通义千问" in tokens("阿里通义千问开源")
    assert "天数智芯" in tokens("天數智芯上市")
    assert "黄仁勋" in tokens("輝達執行長黃仁勳")


def test_latin_words_are_never_taught_to_the_dictionary() -> None:
    know(["learning", "英伟达 Nvidia"])
    assert tokens("machine learning 学习") == ("machine", "learning", "学习")


def test_taiwan_words_become_mainland_words() -> None:
    assert "服务器" in tokens("廣達的伺服器與記憶體出貨")
    assert simplified("資料中心") == "数据中心"
    assert simplified("plain") == "plain"


def test_full_width_is_half_width() -> None:
    assert tokens("Ａ１００、Ｈ２０") == ("a100", "h20")


def test_search_tokens_have_the_parts_of_long_words_too() -> None:
    assert {"数据", "数据中心"} <= set(search_tokens("数据中心"))
    assert search_tokens("data center") == ("data", "center")


def test_nothing_has_no_words() -> None:
    assert tokens("") == () == tokens("……！？ --")
