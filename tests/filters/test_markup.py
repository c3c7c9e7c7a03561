"""Markup and code by their share of the characters: source files go, prose with an example stays, in every script."""

from __future__ import annotations

import polars as pl
import pytest

from filters.markup import STAGE, Params

PROSE = {
    "eng": "To list what a folder holds, type the command below and press the return key. It prints one name a line, "
    "sorted by letter, and leaves out names that begin with a dot unless you ask for them.\n$ ls -a\n"
    "The first two names stand for the folder itself and for the one above it, so they are always there.",
    "jpn": "フォルダーの中身を一覧するには、次のコマンドを入力して改行キーを押します。"
    "名前は一行に一つずつ表示されます。\n"
    "$ ls -a\n$ sudo apt-get install tree\n$ tree --dirsfirst\n"
    "最初の二つの名前は、そのフォルダー自身と一つ上のフォルダーを表すので、いつでも表示されます。"
    "表示を途中で止めたいときは、コントロールキーを押しながらCを押してください。",
    "tha": "ถ้าต้องการดูว่าในแฟ้มมีอะไรบ้าง ให้พิมพ์คำสั่งต่อไปนี้แล้วกดปุ่มขึ้นบรรทัดใหม่\nprint(sum(คะแนน))\n"
    "ผลลัพธ์จะปรากฏบนหน้าจอทันที และสามารถทำซ้ำได้หลายครั้งตามที่ต้องการโดยไม่ต้องปิดโปรแกรม",
    "hin": "किसी फ़ोल्डर में क्या रखा है यह देखने के लिए नीचे लिखा आदेश टाइप करें और एंटर दबाएँ।\n$ ls\n"
    "पहले दो नाम उसी फ़ोल्डर के और उसके ऊपर वाले फ़ोल्डर के हैं, इसलिए वे हमेशा दिखते हैं।",
    "arb": "لعرض محتويات المجلد اكتب الأمر التالي ثم اضغط مفتاح الإدخال، وستظهر الأسماء سطرا بعد سطر.\n$ ls\n"
    "أول اسمين هما المجلد نفسه والمجلد الذي فوقه، ولذلك يظهران دائما.",
    "amh": "በማኅደሩ ውስጥ ያለውን ለማየት የሚከተለውን ትእዛዝ ጻፍና የመመለሻ ቁልፉን ተጫን። ስሞቹ በተራ ይታያሉ።\n$ ls\n"
    "የመጀመሪያዎቹ ሁለት ስሞች ማኅደሩን ራሱንና ከላዩ ያለውን ያመለክታሉ።",
    "rus": "Чтобы увидеть содержимое папки, наберите команду и нажмите клавишу ввода (Enter); имена идут по порядку.",
    "tags as names": "Write <file> for the name of your file, and a < b or b > a where you compare two numbers; the "
    "sign & joins two commands, and <kim@example.org> is an address.",
    "one address": "这个手册的全文可以在网上找到：https://example.org/manual/zh/index.html，也可以向图书馆借阅印刷本。",
}
CODE = {
    "python": "import os\n\nclass Walk:\n    def __init__(self, root):\n        self.root = root\n\n    "
    "def sizes(self):\n        for name in os.listdir(self.root):\n            yield name, os.path.getsize(name)\n",
    "c": "#include <stdio.h>\n\nint main(void)\n{\n    int i = 0;\n    for (i = 0; i < 10; i++) {\n        "
    'printf("%d\\n", i);\n'
    "    }\n    return 0;\n}\n",
    "javascript": "const sum = (a, b) => a + b;\nlet total = 0;\nfor (const x of list) {\n  total = sum(total, x);\n}\n"
    "export { sum, total };",
    "json": '{\n  "name": "page",\n  "size": [3, 4],\n  "tags": {"lang": "th", "kind": "list"},\n  "ok": true\n}',
    "css": ".menu a {\n  color: #336699;\n  padding: 0 4px;\n}\n.menu a:hover {\n  color: #993300;\n}",
    "trace": "java.lang.IllegalStateException: no page\n    at org.example.Page.open(Page.java:41)\n"
    "    at org.example.Page.read(Page.java:17)\n    at org.example.Main.main(Main.java:9)",
}
MARKUP = {
    "html": '<div class="menu"><ul><li><a href="/a">Haus</a></li><li><a href="/b">Hof</a></li></ul></div>&nbsp;&copy;',
    "over lines": '<img src="a.png"\n     alt="picture of the harbour"\n     width="40"\n     height="30">\nHarbour',
    "wiki": "{{Infobox|name=Tana|type=lake}} '''Tana''' [[lake]] {{cite web|url=x|title=y}} == [[Links]] ==",
    "latex": "\\begin{itemize}\\item a\\item b\\end{itemize}\\section{x}\\textbf{y}",
    "comment": "<!-- navigation starts here and goes on for a while --> News",
}
LINKS = "\n".join(f"https://example.org/pages/number/{i}/index.html page" for i in range(8))


def score(text: str | None) -> dict[str, float]:
    return STAGE.measure(pl.DataFrame({"text": [text]}, schema={"text": pl.String}), Params(), None).row(0, named=True)


def broken(text: str) -> set[str]:
    scores, params = score(text), Params()
    limits = {rule.reason: (scores[rule.score], getattr(params, rule.threshold).default) for rule in STAGE.rules}
    return {reason for reason, (value, limit) in limits.items() if limit is not None and value > limit}


@pytest.mark.parametrize("name", PROSE)
def test_prose_with_an_example_stays(name: str) -> None:
    assert broken(PROSE[name]) == set(), score(PROSE[name])


@pytest.mark.parametrize("name", CODE)
def test_source_files_go(name: str) -> None:
    assert broken(CODE[name]) == {"too_much_code"}, score(CODE[name])


@pytest.mark.parametrize("name", MARKUP)
def test_left_over_markup_goes(name: str) -> None:
    assert "too_much_markup" in broken(MARKUP[name]), score(MARKUP[name])


def test_a_list_of_links_goes() -> None:
    assert broken(LINKS) == {"too_many_urls"}, score(LINKS)


def test_shares_are_of_characters_without_space() -> None:
    assert score("<b> ab </b>")["markup_share"] == pytest.approx(7 / 9)
    assert score("a https://e.org b")["url_share"] == pytest.approx(13 / 15)
    assert score("漢字 <b>")["markup_share"] == pytest.approx(3 / 9), "a Chinese character counts three"


def test_nothing_to_measure() -> None:
    assert set(score(None).values()) == {None}
    assert set(score(" \n ").values()) == {0.0}


@pytest.mark.parametrize("text", ["<!--" * 50_000, "<a " * 50_000, "\\begin{" * 50_000, "{{" * 100_000, "[[" * 100_000])
def test_what_never_closes_takes_no_long_time(text: str) -> None:
    assert 0 <= score(text)["markup_share"] <= 1
