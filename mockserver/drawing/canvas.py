"""The pixels that a scene is painted on, and the regions of them that are touched."""

from dataclasses import dataclass

from PIL import Image

from mockserver.drawing.colours import OPAQUE
from mockserver.drawing.scene import Box, Scene


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the canvas, in whole pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> Box:
        """The region as its own coordinates see it."""
        return Box(0, 0, self.width, self.height)

    def local(self, box: Box) -> Box:
        """A box of the page, from the region's corner."""
        return box._replace(x=box.x - self.x, y=box.y - self.y)

    def solid(self, coverage: int = OPAQUE) -> Image.Image:
        """The same coverage everywhere."""
        return Image.new("L", (self.width, self.height), coverage)

    def faded(self, coverage: Image.Image | None, alpha: int) -> Image.Image | None:
        """A coverage (None is full) times an alpha from 0 to 255."""
        if alpha == OPAQUE:
            return coverage
        if coverage is None:
            return self.solid(alpha)
        return coverage.point([(value * alpha + OPAQUE // 2) // OPAQUE for value in range(OPAQUE + 1)])


class Canvas:
    """RGB where the background is opaque, which is quicker; RGBA otherwise."""

    def __init__(self, scene: Scene) -> None:
        self._is_opaque = scene.background.alpha == OPAQUE
        colour = scene.background.rgb if self._is_opaque else tuple(scene.background)
        self.image = Image.new("RGB" if self._is_opaque else "RGBA", (scene.width, scene.height), colour)
        self._box = scene.box

    def region(self, box: Box) -> Region | None:
        """The pixels that a box touches; None if there are none on the canvas."""
        part = box.within(self._box)
        if part.is_empty:
            return None
        whole = part.in_whole_pixels()
        return Region(int(whole.x), int(whole.y), int(whole.width), int(whole.height))

    def put(self, colours: tuple[int, int, int] | Image.Image, region: Region, coverage: Image.Image | None) -> None:
        """Lay a colour, or colours as large as the region (RGB), over the region where it is covered (None: all)."""
        bounds = (region.x, region.y, region.x + region.width, region.y + region.height)
        if self._is_opaque or coverage is None:
            self.image.paste(colours, bounds, coverage)
            return
        layer = colours.copy() if isinstance(colours, Image.Image) else Image.new("RGB", coverage.size, colours)
        layer.putalpha(coverage)
        self.image.alpha_composite(layer, (region.x, region.y))
