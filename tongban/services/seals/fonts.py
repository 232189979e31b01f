"""The fonts of every document: carried by the product, whatever the machine has."""

from pathlib import Path

import pylopdf_fonts_zh_cn

FOLDER = Path(pylopdf_fonts_zh_cn.__file__).parent
SERIF = FOLDER / "NotoSerifSC-Regular.otf"
SANS = FOLDER / "NotoSansSC-Regular.otf"
