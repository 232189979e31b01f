"""How a query is understood: one script, no filler, everyday words beside official ones."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import opencc
from pypinyin import lazy_pinyin

SHIPPED = Path(__file__).with_name("synonyms.csv")
LONGEST = 60
FIRST = ("新办", "首次", "设立", "初次", "申领", "新立", "登记", "出生", "签约备案", "初领")
FILLER = (
    *(
        "请问",
        "我想",
        "想要",
        "我要",
        "怎么",
        "怎样",
        "如何",
        "哪里",
        "在哪",
        "去哪",
        "什么",
        "需要",
    ),
    *(
        "要办",
        "办理",
        "可以",
        "能不能",
        "是否",
        "手续",
        "流程",
        "材料",
        "多久",
        "几天",
        "多少钱",
        "一下",
    ),
    *(
        "申请",
        "了吗",
        "麻烦",
        "需不需要",
        "应该",
        "怎么弄",
        "咋",
        "啥",
        "吗",
        "呢",
        "啊",
        "吧",
        "的",
        "了",
    ),
    *("我", "你", "帮", "想", "要", "去", "办", "个", "呀", "家里", "证件", "到", "在", "给"),
)
PUNCTUATION = str.maketrans(dict.fromkeys(" \t\r\n,。、?!;:“”()()《》-·—/\\.,?!;:'\"", ""))
ACTIONS = {  # what people want done → how items call it
    "丢": ("补",), "掉了": ("补",), "遗失": ("补", "遗失"), "不见": ("补",), "弄丢": ("补",),
    "补办": ("补",), "补领": ("补",), "找不到": ("补",), "挂失": ("挂失",),
    "坏了": ("换", "补"), "换": ("换",), "过期": ("换", "延续", "期满"),
    "到期": ("换", "延续", "期满"),
    "快到期": ("换", "延续"), "续": ("延续", "延期"), "延期": ("延续", "延期"),
    "注销": ("注销",), "不干": ("注销",), "不开": ("注销",), "关门": ("注销",), "关店": ("注销",),
    "倒闭": ("注销",), "取消": ("注销",), "销户": ("注销",),
    "变更": ("变更",), "改名": ("变更",), "修改": ("变更", "更正"), "改": ("变更", "更正"),
    "搬": ("变更", "迁"), "迁出": ("迁出",), "迁入": ("迁入",), "迁": ("迁",), "转入": ("转入",),
    "转出": ("转出",), "过户": ("转移", "过户"), "转让": ("转移",),
    "年审": ("年度", "审验", "年检"),
    "年检": ("年检", "审验"), "查": ("查询",), "打印": ("打印", "开具"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """text: as typed, in one script. plain: without filler. texts: with their weights."""

    text: str
    plain: str
    texts: tuple[tuple[str, float], ...]
    action: tuple[str, ...]


class Synonyms:
    """Everyday words and what the lists call them."""

    def __init__(self, pairs: Iterable[tuple[str, str]]):
        self.pairs = [(plain(everyday), official) for everyday, official in pairs]

    def understand(self, query: str) -> Asked:
        text = plain(query)
        texts: dict[str, float] = {}
        known = [(e, official) for e, official in self.pairs if e and e in text]
        longest = [
            (e, official)
            for e, official in known
            if not any(e != other and e in other for other, _ in known)
        ]
        for _everyday, official in longest:
            for part in official.split():
                texts[plain(part)] = max(texts.get(plain(part), 0), 1.3)
        rest = _without_filler(text)
        texts[rest or text] = max(texts.get(rest, 0), 0.9 if longest else 1.0)
        action = tuple(a for word, names in ACTIONS.items() if word in text for a in names)
        for name in action:
            texts.setdefault(name, 0.5)
        return Asked(text, rest, tuple(texts.items()), action)


@cache
def shipped() -> tuple[tuple[str, str], ...]:
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        return tuple((row["everyday"], row["official"]) for row in csv.DictReader(lines))


def plain(text: str) -> str:
    """Simplified characters, lower case, no punctuation."""
    simplified: str = _to_simplified().convert(text)
    return simplified.lower().translate(PUNCTUATION)


def pairs(text: str) -> Iterator[str]:
    """Pairs of neighbouring characters."""
    for place in range(len(text) - 1):
        yield text[place : place + 2]


def syllables(text: str) -> list[str]:
    return list(_syllables(text))


def syllable_pairs(found: list[str]) -> Iterator[str]:
    for place in range(len(found) - 1):
        yield f"~{found[place]}{found[place + 1]}"


def letter_threes(letters: str) -> Iterator[str]:
    for place in range(len(letters) - 2):
        yield f"'{letters[place : place + 3]}"


def initial_runs(initials: str) -> Iterator[str]:
    """Runs of initials of three and four: spjyxk finds 食品经营许可."""
    for size in (3, 4):
        for place in range(len(initials) - size + 1):
            yield f"^{initials[place : place + size]}"


def _without_filler(text: str) -> str:
    for word in FILLER:
        if len(text) - len(word) >= 2:
            text = text.replace(word, "")
    return text


@lru_cache(maxsize=20_000)
def _syllables(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text))


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
