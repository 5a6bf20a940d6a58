"""Letters of every script on figures: from the fonts that this computer has, or as a number where none has the letter."""

from collections.abc import Iterator
from functools import cache

from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter

OWN = "DejaVu Sans"  # which comes with Matplotlib
# what Linux, macOS and Windows have for scripts that it lacks; each is asked only for the letters of those before it
FALLBACKS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans GB",
    "Arial Unicode MS",
    "Microsoft YaHei",
    "SimHei",
    "Yu Gothic",
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "Noto Sans Devanagari",
    "Nirmala UI",
    "Noto Sans Thai",
    "Thonburi",
    "Leelawadee UI",
    "Noto Sans Symbols2",
    "Segoe UI Symbol",
)
WRITTEN = (FixedFormatter, FuncFormatter, StrCategoryFormatter)  # what draws tick labels that someone has written


def families() -> list[str]:
    """Font families for figures; those that are not here are left out, since Matplotlib would complain of each."""
    here = set(font_manager.get_font_names())
    return [OWN, *(name for name in FALLBACKS if name in here)]


def drawable(text: str) -> str:
    r"""A text that the fonts of this computer can draw: with a number, such as `\u732b`, for each letter that none has."""
    if text.isascii():
        return text
    return "".join(
        c if c.isascii() or ord(c) in _letters() else c.encode("ascii", "backslashreplace").decode() for c in text
    )


def make_drawable(fig: Figure) -> None:
    """Replace what cannot be drawn in the titles, labels, legends and notes of a figure."""
    for text in _texts(fig):
        if not text.get_text().isascii():
            text.set_text(drawable(text.get_text()))
    for axes in fig.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _make_ticks_drawable(axis)


@cache
def _letters() -> frozenset[int]:
    """Numbers of the characters that one of the families has."""
    fonts = (font_manager.get_font(font_manager.findfont(FontProperties(family=[name]))) for name in families())
    return frozenset(number for font in fonts for number in font.get_charmap())


def _texts(fig: Figure) -> Iterator[Text]:
    """All that is written but for tick labels; `findobj` would look at every tick, and take as long as the drawing."""
    yield from fig.texts
    for axes in fig.axes:
        yield from (axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts)
    for legend in (*fig.legends, *(axes.get_legend() for axes in fig.axes)):
        if legend:
            yield from legend.get_texts()


def _make_ticks_drawable(axis: Axis) -> None:
    if isinstance(axis.get_major_formatter(), WRITTEN):
        labels = [label.get_text() for label in axis.get_ticklabels()]
        if not all(label.isascii() for label in labels):
            axis.set_ticks(axis.get_ticklocs(), [drawable(label) for label in labels])
