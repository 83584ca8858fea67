"""Verdicts as JUnit XML, which continuous integration shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from handgrad.atomic_write import write_whole
from handgrad.errors import HandgradError

# XML 1.0 has no way at all to write these.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ReportError(HandgradError, ValueError):
    """A report that can't be written where it is wanted."""


@dataclass(frozen=True)
class Case:
    """What was found out about one declaration, or a file that could not be looked at.

    fault  "failure" where the verdict is no agreement, "error" where there is none, else None
    kind   of the fault, in a word or two; `text` has the rest
    """

    file: str
    line: int | None
    name: str
    seconds: float
    fault: str | None
    kind: str
    text: str


def require_writable(path: Path, force: bool) -> None:
    """Raises `ReportError` where writing would destroy something that is no such report, or can't be done."""
    if path.is_dir():
        raise ReportError(f"--junit: wanted a file to write, got the folder {path}")
    if not path.absolute().parent.is_dir():
        raise ReportError(f"--junit: wanted a file in a folder that there is, got {path}")
    if path.exists() and not force and path.stat().st_size and not is_report(path):
        raise ReportError(f"--junit: wanted a new file or a JUnit report, got {path}, which is neither (see --force)")


def is_report(path: Path) -> bool:
    """Whether a file is JUnit XML."""
    try:
        return ElementTree.parse(path).getroot().tag in ("testsuites", "testsuite")
    except (ElementTree.ParseError, OSError, ValueError, LookupError):  # an encoding that there is not, among others
        return False


def write(path: Path, cases: Sequence[Case]) -> None:
    """Write the report. A file half written never takes the place of one that is whole."""
    totals = {
        "tests": str(len(cases)),
        "failures": str(sum(case.fault == "failure" for case in cases)),
        "errors": str(sum(case.fault == "error" for case in cases)),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }
    root = ElementTree.Element("testsuites", totals)
    suite = ElementTree.SubElement(root, "testsuite", {"name": "handgrad"} | totals)
    for case in cases:
        where = {"file": clean(case.file)} | ({} if case.line is None else {"line": str(case.line)})
        known = {"classname": clean(case.file), "name": clean(case.name), "time": f"{case.seconds:.3f}"} | where
        element = ElementTree.SubElement(suite, "testcase", known)
        if case.fault:
            shown = {"type": case.kind, "message": clean(case.text.partition("\n")[0])}
            ElementTree.SubElement(element, case.fault, shown).text = clean(case.text)
        else:
            ElementTree.SubElement(element, "system-out").text = clean(case.text)
    ElementTree.indent(root)
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    if path.exists() and not path.is_file():  # a device or a pipe takes it as it comes
        path.write_bytes(content)
    else:
        write_whole(path, content)


def clean(text: str) -> str:
    """A text as XML can hold it; other signs by their code."""
    return UNWRITABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
