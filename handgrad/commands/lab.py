"""`handgrad lab`: the live app, in a browser."""

import sys
import threading
import webbrowser

import click

from handgrad.commands.exit_codes import INTERRUPTED
from handgrad.lab.server import Server


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen at.  [default: a free one]")
@click.option("--seed", type=click.IntRange(0, 999_999_999), default=0, show_default=True, help="Seed of the values.")
@click.option("--no-browser", "--headless", "headless", is_flag=True, help="Open no browser.")
def lab(port: int | None, seed: int, headless: bool) -> None:
    """Open the lab: judge formulas while you type them, and watch two gradients descend (extra lab).

    The page is served to this machine alone, and to nobody without the token in the address that is printed.
    """
    try:
        with Server(port, seed) as server:
            click.echo("the lab is open; Ctrl-C ends it", err=True)
            click.echo(server.url)
            if not headless:
                open_browser(server.url)
            server.run()
    except KeyboardInterrupt:
        click.echo("the lab is closed", err=True)
        sys.exit(INTERRUPTED)


def open_browser(url: str) -> None:
    """In a thread of its own: a browser in a terminal would keep the server waiting."""
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
