"""Fetch what the page carries of others' work, as `handgrad/page/vendor/vendored.toml` pins it.

    python tools/vendor.py            make the files anew; a checksum that differs is an error
    python tools/vendor.py --update   the same, and write the new checksums: after another version was put in the table

Wants `npm` on the path. A stylesheet keeps only the fonts of the table, each within it as a data: URL; a script
begins with its licence, so that a page that holds it holds that as well.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parents[1] / "handgrad" / "page" / "vendor"
TABLE = VENDOR / "vendored.toml"
FONT_FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/(?P<file>(?P<name>[\w-]+)\.woff2)\)[^}]*\}")


def main(update: bool) -> None:
    """Make every file of the table, then compare its checksum or write it down."""
    text = TABLE.read_text(encoding="utf-8")
    for package, wanted in tomllib.loads(text).items():
        with tempfile.TemporaryDirectory() as folder:
            files, integrity = fetched(package, wanted["version"], Path(folder))
            made = {name: content(name, member, files, wanted) for name, member in wanted["members"].items()}
        text = agreed(text, f"the archive of {package}", wanted["integrity"], integrity, update)
        for name, data in made.items():
            text = agreed(text, name, wanted["sha256"][name], hashlib.sha256(data).hexdigest(), update)
        for name, data in made.items():
            (VENDOR / name).write_bytes(data)
            print(f"{name}: {len(data):,} bytes of {package} {wanted['version']}", file=sys.stderr)
    TABLE.write_text(text, encoding="utf-8")


def fetched(package: str, version: str, folder: Path) -> tuple[dict[str, bytes], str]:
    """The files of a package by their paths in it, and the checksum of its archive."""
    command = ["npm", "pack", f"{package}@{version}", "--json", "--pack-destination", str(folder)]
    (packed,) = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    (archive,) = folder.glob("*.tgz")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if packed["integrity"] != integrity:
        sys.exit(f"{package}: wanted the archive {packed['integrity']} that npm names, got {integrity}")
    with tarfile.open(archive) as members:
        held = {member.name.removeprefix("package/"): members.extractfile(member) for member in members}
        return {name: file.read() for name, file in held.items() if file is not None}, integrity


def content(name: str, member: str, files: dict[str, bytes], wanted: dict[str, Any]) -> bytes:
    """A file as the page carries it."""
    data = files[member]
    if name.endswith(".js"):
        return b"/*!\n" + files["LICENSE"].strip() + b"\n*/\n" + data
    if name.endswith(".css") and "fonts" in wanted:
        return with_fonts(data.decode(), wanted["fonts"], files).encode()
    return data


def with_fonts(css: str, fonts: list[str], files: dict[str, bytes]) -> str:
    """The stylesheet with these fonts within it, and without the others."""

    def face(found: re.Match[str]) -> str:
        if found["name"] not in fonts:
            return ""
        data = base64.b64encode(files[f"dist/fonts/{found['file']}"]).decode()
        source = f'src:url(data:font/woff2;base64,{data}) format("woff2")'
        return re.sub(r"src:[^}]*", source, found[0])

    return FONT_FACE.sub(face, css)


def agreed(text: str, what: str, wanted: str, got: str, update: bool) -> str:
    """The table, with the new checksum where it may change."""
    if wanted == got:
        return text
    if not update:
        sys.exit(f"{what}: wanted {wanted}, got {got}; nothing of it was written")
    return text.replace(f'"{wanted}"', f'"{got}"')


if __name__ == "__main__":
    main("--update" in sys.argv[1:])
