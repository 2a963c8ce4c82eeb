"""The `proofreel` command."""

import rich_click as click

from proofreel import __version__
from proofreel.commands.serve import serve

click.rich_click.USE_MARKDOWN = False
click.rich_click.SHOW_METAVARS_COLUMN = True


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="proofreel")
def main() -> None:
    """A testbed for render APIs with webhooks: run a reference server whose clock you can move."""


main.add_command(serve)
