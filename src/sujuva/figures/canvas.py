"""Drawing fast: matplotlib's canvases with sizes and outlines of texts that are remembered (`letters`).

In SVG a text is a text, as wide as it was laid out whatever font the reader has; in PNG its letters are outlines.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO, StringIO
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Affine2D, Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sujuva.figures.letters import LETTERS, POINTS
from sujuva.figures.svg import slim

_BACKEND = f"module://{__name__}"
_COLOURS, _APART = 24, 6
"""Colours of a PNG, and how far they are apart: a drawing has a dozen, and edges between them."""
_PACKED, _SEEN = np.array([1, 1 << 8, 1 << 16]), 0xFFFFFF
"""What makes one number of red, green and blue, as their bytes lie beside each other, and what of it they are."""
_NOTHING = {"Date": None, "Creator": None, "Format": None, "Type": None}


class _Pixels(RendererAgg):
    """Matplotlib's renderer of pixels, but for letters, which are outlines."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Any:
        """Return width, height and descent of a text in pixels."""
        return tuple(one * self.dpi / POINTS for one in LETTERS.get_text_width_height_descent(s, prop, ismath))

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:  # fmt: skip
        """Draw a text as the outline of its letters."""
        del ismath, mtext
        size = prop.get_size_in_points() * self.dpi / POINTS / LETTERS.FONT_SCALE
        gc.set_linewidth(0)
        place = Affine2D().scale(size).rotate_deg(angle).translate(x, self.height - y)
        self.draw_path(gc, LETTERS.path(s, prop.copy()), place, rgbFace=gc.get_rgb())  # type: ignore[no-untyped-call]


class _Lines(RendererSVG):
    """Matplotlib's renderer of SVG with texts of our own: short, and as wide as they were laid out."""

    _text2path: Any

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)  # type: ignore[no-untyped-call]
        self._text2path = LETTERS

    def _get_font_height_metrics(self, properties: FontProperties) -> tuple[float, float, float]:
        return LETTERS.heights(properties)

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:  # fmt: skip
        """Draw a text as a text; `textLength` keeps another font from running into what stands beside it."""
        del mtext
        width, _, _ = LETTERS.get_text_width_height_descent(s, prop, ismath)
        turned = {"transform": f"rotate({-angle:g} {x:.2f} {y:.2f})"} if angle else {}
        weight = {"font-weight": "bold"} if prop.get_weight() == "bold" else {}
        looks = {"font-size": f"{prop.get_size_in_points():g}", **weight, "fill": to_hex(gc.get_rgb())}
        place = {"x": f"{x:.2f}", "y": f"{y:.2f}", "textLength": f"{width:.1f}"}
        self.writer.element("text", s, attrib=place | looks | turned)  # type: ignore[no-untyped-call]


class FigureCanvas(FigureCanvasAgg):
    """Matplotlib's canvases, but for texts, and without what no figure of ours needs."""

    def get_renderer(self) -> _Pixels:
        """Return the renderer of pixels."""
        width, height = self.get_width_height(physical=True)
        return _Pixels(width, height, self.figure.dpi)  # type: ignore[no-untyped-call]

    def print_png(self, filename_or_obj: Any, *, metadata: Any = None, pil_kwargs: Any = None, **_: Any) -> None:
        """Write the figure to an open buffer; its ground is white, so nothing shines through."""
        renderer = self.get_renderer()
        self.figure.draw(renderer)
        told = {"dpi": (self.figure.dpi, self.figure.dpi)} | (pil_kwargs or {})
        about = PngInfo()
        for name, text in (metadata or {}).items():
            about.add_itxt(name, text)
        few = _few_colours(np.asarray(renderer.buffer_rgba()))  # type: ignore[no-untyped-call]
        # Pillow's `optimize` takes six times as long for a twentieth fewer bytes.
        few.save(filename_or_obj, "png", pnginfo=about, **told)

    def print_svg(self, filename: Any, *, metadata: Any = None, **_: Any) -> None:
        """Write the figure to an open text buffer; what else `savefig` says is of parts drawn as pixels."""
        width, height = POINTS * self.figure.get_size_inches()
        renderer: Any = _Lines(width, height, filename, metadata=metadata)
        self.figure.draw(renderer)
        renderer.finalize()


def _few_colours(pixels: Any) -> Image.Image:
    """Return a picture in its most frequent colours, exactly these, and at edges the nearest: half of the bytes.

    Colours that somebody looks for in a legend are the frequent ones; to average colours would make two of them one.

    Args:
        pixels: uint8 of shape (height, width, 4): red, green, blue, and what shines through, which is nothing.
    """
    image = Image.fromarray(pixels, mode="RGBA")
    found: Any = image.getcolors(image.width * image.height)
    colours = np.array([colour[:3] for _, colour in sorted(found, key=lambda one: (-one[0], one[1]))], dtype=np.int32)
    kept, apart = colours[:1], np.abs(colours - colours[0]).max(axis=1) >= _APART
    while len(kept) < _COLOURS and apart.any():
        colour = colours[apart.argmax()]
        kept = np.vstack([kept, colour])
        apart &= np.abs(colours - colour).max(axis=1) >= _APART
    nearest = np.square(colours[:, None] - kept).sum(axis=2).argmin(axis=1)
    place = np.zeros(1 << 24, dtype=np.uint8)  # of each colour; Pillow's own search is not exact
    place[colours @ _PACKED] = nearest
    few = Image.fromarray(place[pixels.view("<u4")[..., 0] & _SEEN], mode="P")
    few.putpalette(kept.astype(np.uint8).tobytes())
    return few


def as_svg(figure: Figure, paper: Bbox, key: str) -> str:
    """Return a drawing as SVG from `<svg` to `</svg>`.

    Args:
        figure: The drawing.
        paper: What of it is shown, with its margins, in inches.
        key: Prefix of the ids, so that several drawings can share a page.
    """
    buffer = StringIO()
    figure.savefig(buffer, format="svg", backend=_BACKEND, dpi=POINTS, metadata=_NOTHING, bbox_inches=paper)
    text = buffer.getvalue()
    return slim(text[text.index("<svg") :].rstrip(), key)


def as_png(
    figure: Figure, paper: Bbox, *, dots: float, about: Mapping[str, str], told: float | None = None
) -> bytes:  # fmt: skip
    """Return a drawing as PNG.

    Args:
        figure: The drawing.
        paper: What of it is shown, with its margins, in inches.
        dots: Pixels an inch.
        about: What the file tells of itself: Description, the text alternative, and the like.
        told: Pixels an inch that the file tells, where it is printed larger or smaller than it is drawn.
    """
    buffer, size = BytesIO(), told or dots
    figure.savefig(
        buffer, format="png", backend=_BACKEND, dpi=dots, metadata=dict(about), bbox_inches=paper,
        pil_kwargs={"dpi": (size, size)},
    )  # fmt: skip
    return buffer.getvalue()
