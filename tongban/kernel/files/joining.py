"""Several photos of one paper become one PDF, in the order in which they were given."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .store import Refused

MOST_PAGES = 30
MOST_PIXELS = 60_000_000  # a photo of a telephone has 12 to 50 million
LONGEST_SIDE = 2400  # of a page: A4 at 200 dots an inch
DOTS = 200


def joined(files: Sequence["UploadedFile[Any]"]) -> bytes:
    """Raises Refused, by the name of the file at fault."""
    if len(files) > MOST_PAGES:
        raise Refused(_("一份材料最多 %d 张照片，请合并成 PDF 后再传") % MOST_PAGES)
    pages = [_page(file) for file in files]
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=DOTS)
    return out.getvalue()


def _page(file: "UploadedFile[Any]") -> Image.Image:
    name = file.name or ""
    try:
        image = Image.open(file)
        if image.width * image.height > MOST_PIXELS:
            raise Refused(_("照片“%s”太大，请缩小后再传") % name)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(
            _("“%s”不是照片。几个文件合成一份材料时只能是照片，PDF 请单独传") % name
        ) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright
