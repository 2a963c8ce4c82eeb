"""The `proofreel` command."""

import rich_click as click

from proofreel import __version__
from proofreel.commands.explain import explain
from proofreel.commands.pages import pages
from proofreel.commands.requirements import requirements
from proofreel.commands.run import run
from proofreel.commands.serve import serve
from proofreel.commands.verify import verify

click.rich_click.USE_MARKDOWN = False
click.rich_click.SHOW_METAVARS_COLUMN = True


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="proofreel")
def main() -> None:
    """A testbed for render APIs with webhooks: run a reference server, or judge another one."""


main.add_command(serve)
main.add_command(run)
main.add_command(explain)
main.add_command(requirements)
main.add_command(pages)
main.add_command(verify)
