"""The page itself: the data and everything that shows it, in one HTML file that asks for nothing else."""

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from handgrad.atomic_write import write_whole
from handgrad.errors import PageError
from handgrad.extras import imported

LANGUAGES = ("en", "zh")
# The parts of the page's script and of its style, in this order.
SCRIPTS = """
data state elements colours choices walk graph network verdict
formula maps sum mistakes curve summary main
""".split()
STYLES = ("page",)
# What would end a script element, or a line of one: told to the browser by its number.
UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def template() -> Any:
    """The template of the page.

    Raises `MissingExtraError`, when jinja2 is not installed.
    """
    jinja2 = imported("jinja2", "page", "a page")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(text_of("template", "page.html.j2"))


def page(data: dict[str, Any], lang: str = "en") -> str:
    """The HTML of a page, opened in a language.

    Raises `MissingExtraError`, when jinja2 is not installed.
    """
    vendored = {
        f"{name}_{kind}": text_of("vendor", f"{name}.{kind}") for name in ("katex", "uplot") for kind in ("css", "js")
    }
    html: str = template().render(
        data=as_script(data),
        lang=lang,
        title=data["words"]["title"][lang],
        style="\n".join(text_of("template", f"{name}.css") for name in STYLES),
        script="\n".join(text_of("template", f"{name}.js") for name in SCRIPTS),
        **vendored,
    )
    return html


def as_script(data: dict[str, Any]) -> str:
    r"""Data as the text of a script element: nothing in it ends the element.

    >>> as_script({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(UNSAFE)


def text_of(folder: str, name: str) -> str:
    """A file that belongs to the page."""
    file: Traversable = files("handgrad.page") / folder / name
    return file.read_text(encoding="utf-8")


def require_new(path: Path, force: bool) -> None:
    """Raises `PageError`, where no page can be written, or where `force` would be needed to."""
    if path.is_dir():
        raise PageError(f"{path}: wanted a file to write a page to, got a folder")
    if not path.absolute().parent.is_dir():
        raise PageError(f"{path}: wanted a file in a folder that there is, got no folder {path.absolute().parent}")
    if path.exists() and not path.is_file():
        raise PageError(f"{path}: wanted an ordinary file to write a page to, got another kind")
    if path.exists() and not force:
        raise PageError(f"{path}: wanted a new file, got one that there is already; --force writes over it")


def write_page(html: str, path: Path, force: bool = False) -> int:
    """Write a page, whole or not at all; its size in bytes."""
    require_new(path, force)
    content = html.encode()
    write_whole(path, content)
    return len(content)
