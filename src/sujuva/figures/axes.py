"""Matplotlib's axes without what no figure of ours has: minor ticks, ticks on the far sides, offsets beside an axis.

A tick of matplotlib is five artists. Here the ticks of an axis share their lines, which go from tick to tick as they
are drawn; each has a label of its own, since layouts give labels looks of their own. What is drawn is the same to the
byte, in a third of the time: a report has some two thousand ticks.
"""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Tick, XAxis, XTick, YAxis, YTick


def _copied(artist: Any) -> Any:
    """Return an artist that shares with another all that is not set anew."""
    other = object.__new__(type(artist))
    other.__dict__.update(artist.__dict__)
    return other


class _Shared(Tick):
    """A tick that shares its lines with the others of its axis."""

    _along: str
    """What of a line or a label is its place: x or y."""
    _size: float

    def update_position(self, loc: float) -> None:
        """Set the place of the tick."""
        setattr(self.label1, f"_{self._along}", loc)
        self._loc = loc

    def beside(self: Any) -> Any:
        """Return another tick of the axis, with a label of its own in the looks of this one."""
        other = _copied(self)
        other.label1 = _copied(self.label1)
        other.label1.set_fontproperties(self.label1.get_fontproperties())
        other.label1.set_text("")
        return other

    def draw(self, renderer: Any) -> None:
        """Draw the line of the grid, the mark and the label."""
        for line, seen in ((self.gridline, True), (self.tick1line, self._size)):
            if seen and line.get_visible():
                getattr(line, f"set_{self._along}data")((self._loc,))
                line.draw(renderer)
        self.label1.draw(renderer)


class _XTick(_Shared, XTick):
    _along = "x"


class _YTick(_Shared, YTick):
    _along = "y"


class _Lean:
    """What both axes do otherwise."""

    minorTicks: Any = ()  # noqa: N815  # matplotlib's name

    def set_clip_path(self: Any, path: Any, transform: Any = None) -> None:
        """Clip, without making a tick for it that has no place yet."""
        Artist.set_clip_path(self, path, transform)
        for tick in self._made:
            tick.set_clip_path(path, transform)

    def set_tick_params(self: Any, which: str = "major", reset: bool = False, **kwargs: Any) -> None:
        """Set how ticks look: those that are there, and all that will be made."""
        if reset or self._made:
            super().set_tick_params(which, reset, **kwargs)  # type: ignore[misc]
            return
        looks = self._translate_tick_params(kwargs)
        for kind, held in (("major", self._major_tick_kw), ("minor", self._minor_tick_kw)):
            if which in (kind, "both"):
                held.update(looks)
        self.stale = True

    @property
    def _made(self: Any) -> list[Tick]:
        """The ticks that have been made already."""
        return self.__dict__.get("majorTicks", [])  # type: ignore[no-any-return]

    def _get_tick(self: Any, major: bool) -> Tick:
        tick: Tick = super()._get_tick(major)  # type: ignore[misc]
        if hasattr(self.axes, "patch"):
            tick.set_clip_path(self.axes.patch)
        return tick

    def get_major_ticks(self: Any, numticks: int | None = None) -> list[Tick]:
        """Return so many ticks; as many as there are places if not given."""
        wanted = len(self.get_majorticklocs()) if numticks is None else numticks
        ticks: list[Any] = self.majorTicks
        while len(ticks) < wanted:
            ticks.append(ticks[0].beside())
        return ticks[:wanted]

    def draw(self: Any, renderer: Any) -> None:
        """Draw the ticks, and the title of the axis where it has one."""
        if not self.get_visible():
            return
        for tick in self._update_ticks():
            tick.draw(renderer)
        if self.label.get_text():
            self._update_label_position(renderer)
            self.label.draw(renderer)
        self.stale = False


class _XAxis(_Lean, XAxis):
    _tick_class = _XTick


class _YAxis(_Lean, YAxis):
    _tick_class = _YTick


class LeanAxes(Axes):
    """Axes of a drawing."""

    xaxis: Any
    yaxis: Any

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _XAxis(self, clear=False), _YAxis(self, clear=False)
        for axis, sides in ((self.xaxis, ("bottom", "top")), (self.yaxis, ("left", "right"))):
            for side in sides:
                self.spines[side].register_axis(axis)
