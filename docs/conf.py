"""The site: `python -m sphinx -W -b html docs docs/_build`. No network, neither to build it nor to read it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from handgrad import __version__

project = "handgrad"
version = release = __version__
language = "en"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "building.mathematics",
    "building.shown",
    "building.tables",
    "building.docstrings",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["attrs_inline", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "handgrad"
html_static_path = ["_static"]
html_css_files = ["handgrad.css"]
html_math_renderer = "drawn"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False

add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
maximum_signature_line_length = 90
pygments_style = "friendly"
