"""What the site is built with beside Sphinx and MyST: formulas, shown programs, tables, docstrings."""
