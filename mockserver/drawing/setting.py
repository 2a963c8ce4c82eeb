"""Text layers as lettering: every glyph has its place, inside the layer's box."""

from mockserver.drawing.colours import TRANSPARENT, colour_in
from mockserver.drawing.evaluation import Evaluation
from mockserver.drawing.fitting import Manner, Setting, fitted
from mockserver.drawing.fonts import Font, available, font
from mockserver.drawing.layers import TextLayer
from mockserver.drawing.scene import Box, Glyph, GlyphLine, Lettering
from mockserver.drawing.wrapping import Line

LEAST_SIZE, LARGEST_SIZE = 4, 1000
ROUNDING = 0.01  # of the places of lines, in pixels

_SHARES = {"left": 0, "top": 0, "center": 0.5, "middle": 0.5, "right": 1, "bottom": 1}


def lettering(evaluation: Evaluation, layer: TextLayer, opacity: float) -> Lettering | None:
    """The layer's text in its place; None where nothing is to be seen of it."""
    text, box = evaluation.content(layer.content), evaluation.box(layer)
    colour = (colour_in(evaluation.text(layer.color)) or TRANSPARENT).faded(opacity)
    if not text.strip() or box.is_empty or not colour.alpha:
        return None
    key = available(layer.font, layer.weight)
    face = font(key)
    size = evaluation.number(layer.size, LEAST_SIZE, LARGEST_SIZE)
    manner = Manner(
        width=box.width,
        height=box.height,
        size=size,
        minimum_size=min(size, layer.minimum_size or size),
        line_height=layer.line_height,
        letter_spacing=layer.letter_spacing,
        maximum_lines=layer.maximum_lines,
    )
    setting = fitted(face, text, manner)
    lines = _placed(face, setting, box, layer)
    ink = _ink(face, setting.size, lines)
    if ink is None:
        return None
    lowered = round(_correction(ink, box), 2)
    lines = tuple(GlyphLine(line.x, line.y + lowered, line.glyphs) for line in lines)
    ink = ink._replace(y=ink.y + lowered)
    room = box.in_whole_pixels()
    seen = ink.within(room)
    if seen.is_empty:
        return None
    is_clipped = not ink.shrunk(ROUNDING).is_inside(room)
    return Lettering(key, setting.size, colour, lines, seen.in_whole_pixels() if is_clipped else ink, is_clipped, text)


def _placed(face: Font, setting: Setting, box: Box, layer: TextLayer) -> tuple[GlyphLine, ...]:
    scale = setting.size / face.units_per_em
    pitch = layer.line_height * setting.size
    height = (face.ascent + face.descent) * scale + (len(setting.lines) - 1) * pitch
    top = box.y + max(0, box.height - height) * _SHARES[layer.vertical_align]
    placed = []
    for index, line in enumerate(setting.lines):
        room = max(0, box.width - line.width * scale)
        x = box.x + room * _SHARES[layer.align] + line.before * scale
        y = top + face.ascent * scale + index * pitch
        placed.append(GlyphLine(round(x, 2), round(y, 2), _glyphs(line)))
    return tuple(placed)


def _glyphs(line: Line) -> tuple[Glyph, ...]:
    glyphs = []
    pen = 0.0
    for cluster in line.clusters:
        glyphs += [Glyph(each.number, round(pen + each.x, 1), each.y) for each in cluster.glyphs]
        pen += cluster.advance
    return tuple(glyphs)


def _ink(face: Font, size: float, lines: tuple[GlyphLine, ...]) -> Box | None:
    """The bounds of all that is drawn, in pixels."""
    scale = size / face.units_per_em
    left, top, right, bottom = [], [], [], []
    for line in lines:
        for glyph in line.glyphs:
            if ink := face.ink(glyph.number):
                left.append(line.x + (glyph.x + ink.left) * scale)
                right.append(line.x + (glyph.x + ink.right) * scale)
                top.append(line.y - (glyph.y + ink.top) * scale)
                bottom.append(line.y - (glyph.y + ink.bottom) * scale)
    if not left:
        return None
    return Box(min(left), min(top), max(right) - min(left), max(bottom) - min(top))


def _correction(ink: Box, box: Box) -> float:
    """By how many pixels ink must go down so that marks above the highest letters, or below, keep within the box."""
    above, below = box.y - ink.y, ink.bottom - box.bottom
    if above > 0:
        return min(above, max(0, -below))
    return -min(below, max(0, -above)) if below > 0 else 0
