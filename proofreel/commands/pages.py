"""`proofreel pages`."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

if TYPE_CHECKING:
    from mockserver.drawing.drawn import Drawn, ImageFormat
    from mockserver.drawing.gallery import BuiltinPage

FORMATS = ("png", "webp", "svg")


@click.command()
@click.argument("page_id", metavar="[ID]", required=False)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the page into this file; - is the standard output.",
)
@click.option(
    "--format",
    "image_format",
    type=click.Choice(FORMATS, case_sensitive=False),
    help="The image's format; by default what the file's name ends in, or else png.",
)
@click.option(
    "--tweak",
    "tweaks",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another value for a variable, by its name or its id; can be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: of one page, its whole document.")
def pages(
    page_id: str | None, out: Path | None, image_format: str | None, tweaks: Sequence[str], *, as_json: bool
) -> None:
    """List the pages that the reference server draws, or draw one of them.

    Without ID, all pages are listed. With it, that page is listed with its variables, or drawn, if --out says where to.

        proofreel pages social-card --out card.png --tweak title="Hello, world"

    Pictures are drawn from data: URIs; nothing is fetched.
    """
    if out is None and (image_format or tweaks):
        raise click.UsageError("--format and --tweak are for drawing: --out says where to")
    if out is None:
        _list(_chosen(page_id), as_json=as_json, whole=page_id is not None)
        return
    if page_id is None or as_json:
        raise click.UsageError("--out draws one page: name it, without --json")
    (page,) = _chosen(page_id)
    _write(out, _drawn(page, image_format or _format_of(out), _pairs(tweaks)))


def _chosen(page_id: str | None) -> "Sequence[BuiltinPage]":
    from mockserver.drawing.gallery import builtin_pages  # noqa: PLC0415 - keeps --help quick

    pages = builtin_pages()
    if page_id is None:
        return list(pages.values())
    if page_id not in pages:
        message = f"there is no page {page_id!r}; there are: {', '.join(pages)}"
        raise click.UsageError(message)
    return [pages[page_id]]


def _list(chosen: "Sequence[BuiltinPage]", *, as_json: bool, whole: bool) -> None:
    if not as_json:
        _print(chosen)
    elif whole:
        click.echo(json.dumps(chosen[0].document, indent=2, ensure_ascii=False))
    else:
        click.echo(json.dumps([_summary(each) for each in chosen], indent=2, ensure_ascii=False))


def _summary(builtin: "BuiltinPage") -> Mapping[str, Any]:
    document = builtin.document
    shown = {key: document[key] for key in ("id", "name", "width", "height")}
    return {**shown, "published": builtin.is_published, "variables": document["variables"]}


def _print(chosen: "Sequence[BuiltinPage]") -> None:
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, narrow in (("page", True), ("size", True), ("variable", True), ("type", True), ("default", False)):
        table.add_column(heading, no_wrap=narrow, overflow="fold")
    for builtin in chosen:
        page = builtin.page
        size = f"{page.width} x {page.height}"
        for index, each in enumerate(page.variables):
            begin = {0: (page.id, size), 1: ("" if builtin.is_published else "(a draft)", "")}.get(index, ("", ""))
            table.add_row(*begin, each.name, each.type, Text(json.dumps(each.value, ensure_ascii=False).strip('"')))
        table.add_section()
    console = Console()
    console.print(table, highlight=False)
    console.print("proofreel pages ID --out FILE draws one", highlight=False, markup=False)


def _format_of(out: Path) -> str:
    ending = out.suffix.lower().removeprefix(".")
    if out.suffix and ending not in FORMATS:
        message = f"{out.name} ends in no format that there is: {', '.join(FORMATS)}; --format names one"
        raise click.UsageError(message)
    return ending or "png"


def _pairs(tweaks: Sequence[str]) -> Mapping[str, str]:
    pairs = {}
    for tweak in tweaks:
        name, sign, value = tweak.partition("=")
        if not sign or not name:
            message = f"--tweak {tweak!r} is no NAME=VALUE"
            raise click.UsageError(message)
        pairs[name] = value
    return pairs


def _drawn(builtin: "BuiltinPage", image_format: "str | ImageFormat", tweaks: Mapping[str, str]) -> "Drawn":
    from mockserver.drawing.drawing import draw  # noqa: PLC0415
    from mockserver.drawing.drawn import IMAGE_FORMATS  # noqa: PLC0415
    from mockserver.drawing.errors import DrawingError  # noqa: PLC0415
    from mockserver.drawing.values import tweaked  # noqa: PLC0415

    known = [key for variable in builtin.page.variables for key in (variable.name, variable.id)]
    if unknown := set(tweaks) - set(known):
        names = ", ".join(variable.name for variable in builtin.page.variables)
        message = f"{builtin.page.id} has no variable {', '.join(sorted(unknown))}; it has: {names}"
        raise click.UsageError(message)
    chosen = next(each for each in IMAGE_FORMATS if each == image_format.lower())
    try:
        return draw(builtin.page, tweaked(builtin.page, tweaks), chosen, {})
    except DrawingError as error:
        raise click.UsageError(str(error)) from None


def _write(out: Path, drawn: "Drawn") -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(drawn.content)
        return
    try:
        out.write_bytes(drawn.content)
    except OSError as error:
        message = f"cannot write {out}: {error.strerror}"
        raise click.ClickException(message) from None
    click.echo(f"{out}: {drawn.media_type}, {drawn.width} x {drawn.height}, {len(drawn.content):,} bytes")
