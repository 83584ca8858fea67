"""Programs that are run while the site is built: what a page shows of them is what they print.

    ```{command} handgrad verify 10      the command and its output; `:status: 1` where that is how it ends
    :typed: c * (1 - c)                  what a reader types
    ```
    ```{example} custom_layer.py         a script of `examples/`, its source and its output
    :picture: loss.svg                   and what it draws
    ```

Each runs in a copy of `examples/`, so the tree stays as it is.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

EXAMPLES = Path(__file__).parents[2] / "examples"
ENVIRONMENT = {"PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "100", "MPLBACKEND": "agg"}


def run(arguments: list[str], folder: Path, typed: str = "") -> tuple[int, str, str]:
    """The exit status, stdout and stderr of a Python program."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300,
        env=os.environ | ENVIRONMENT, check=False, input=typed,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def text_block(text: str, language: str) -> nodes.Node:
    """Lines as they are."""
    return nodes.literal_block(text, text.rstrip("\n"), language=language)


class Shown(SphinxDirective):
    """What both have in common."""

    required_arguments = 1
    final_argument_whitespace = True

    def output(self, arguments: list[str], status: int, picture: str | None = None, typed: str = "") -> tuple[str, str]:
        """What is printed and what is drawn; another exit status than the one expected is an error of the page."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(shutil.copytree(EXAMPLES, Path(folder, "examples")))
            ended, printed, complaint = run(arguments, place, typed)
            if ended != status:
                raise self.error(f"{self.arguments[0]}: wanted exit status {status}, got {ended}: {complaint}")
            return printed, (place / picture).read_text(encoding="utf-8") if picture else ""


class Command(Shown):
    """A command of handgrad and what it prints."""

    option_spec = {"status": directives.nonnegative_int, "typed": directives.unchanged}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The command and its output."""
        name, *arguments = shlex.split(self.arguments[0])
        if name != "handgrad":
            raise self.error(f"command: wanted one of handgrad, got {name}")
        typed = self.options.get("typed", "")
        printed, _ = self.output(["-m", "handgrad", *arguments], self.options.get("status", 0), typed=typed)
        lines = "".join(f"> {line}\n" for line in typed.splitlines())
        return [text_block(f"$ {self.arguments[0]}\n{lines}{printed}", "console")]


class Example(Shown):
    """A script of `examples/`: its source, what it prints, and what it draws."""

    option_spec = {"picture": directives.path, "alt": directives.unchanged}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The source, the output and the picture."""
        script = EXAMPLES / self.arguments[0]
        self.env.note_dependency(str(script))
        source = script.read_text(encoding="utf-8")
        picture = self.options.get("picture")
        printed, drawn = self.output([script.name], 0, picture)
        shown = [text_block(source, "python"), text_block(f"$ python examples/{script.name}\n{printed}", "console")]
        if picture:
            shown.append(nodes.raw("", inlined(drawn, self.options.get("alt", "")), format="html"))
        return shown


def inlined(svg: str, alt: str) -> str:
    """An SVG file as a part of a page, without the head of a file and what it says of its maker."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    return f'<figure class="drawn" role="img" aria-label="{alt}">{svg}</figure>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Enter the directives."""
    app.add_directive("command", Command)
    app.add_directive("example", Example)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
