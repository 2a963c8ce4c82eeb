"""Lines: broken greedily, at spaces, after hyphens and at soft hyphens, and within a word where it must be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mockserver.drawing.shaping import Break, Cluster


@dataclass(frozen=True, slots=True)
class Line:
    """The clusters of a line, without the spaces at its end; a broken one ends within a word."""

    clusters: tuple[Cluster, ...]
    broken: bool = False

    @property
    def before(self) -> float:
        """How far the ink goes beyond the left edge, in units of the font."""
        return self.clusters[0].before if self.clusters else 0

    @property
    def width(self) -> float:
        """The width with all ink, in units of the font."""
        if not self.clusters:
            return 0
        return self.before + sum(each.advance for each in self.clusters) + self.clusters[-1].after


def wrapped(clusters: Sequence[Cluster], width: float, hyphen: Cluster) -> Iterator[Line]:
    """The lines of a paragraph, none wider than the width unless a single cluster is; in units of the font.

    The hyphen is what a line gets that ends at a soft hyphen.
    """
    start = index = 0
    advance = 0.0
    end: tuple[int, bool] | None = None  # where the line may end, and whether with a hyphen
    while index < len(clusters):
        cluster = clusters[index]
        reach = clusters[start].before + advance + cluster.advance
        if cluster.kind is not Break.SPACE and reach + cluster.after > width and index > start:
            stop, hyphenated = end or (index, False)
            yield _line(clusters[start:stop], hyphen if hyphenated else None, broken=end is None)
            start = index = stop
            advance, end = 0.0, None
            continue
        advance += cluster.advance
        index += 1
        if cluster.kind in {Break.SPACE, Break.AFTER}:
            end = (index, False)
        elif cluster.kind is Break.HYPHENATED and reach + hyphen.advance + hyphen.after <= width:
            end = (index, True)
    yield _line(clusters[start:], None)


def shortened(line: Line, width: float, ellipsis: Cluster) -> Line:
    """The line with an ellipsis at its end, as much of it as fits the width with that."""
    kept = list(line.clusters)
    while kept and (kept[-1].text in _DROPPED or Line((*kept, ellipsis)).width > width):
        kept.pop()
    return Line((*kept, ellipsis))


_DROPPED = frozenset(" ,;:.-\u2013\u2014\u2026\u00a0")


def _line(clusters: Sequence[Cluster], hyphen: Cluster | None, *, broken: bool = False) -> Line:
    kept = list(clusters)
    while kept and kept[-1].kind is Break.SPACE:
        kept.pop()
    return Line((*kept, hyphen) if hyphen else tuple(kept), broken)
