"""What an item does to a licence that is there already, as the last part of its name says.

食品经营许可-注销 ends one, -延续 puts a new one in its place (行政许可法 第四十九、五十、七十条).
"""

ENDING = ("注销", "终止")
REPLACING = ("变更", "延续", "延期", "换发", "换证", "换领", "补发", "补证", "补领", "补办")


def ends(title: str) -> bool:
    return any(word in _action(title) for word in ENDING)


def replaces(title: str) -> bool:
    return any(word in _action(title) for word in REPLACING)


def _action(title: str) -> str:
    return title.partition("-")[2]
