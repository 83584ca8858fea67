"""The commands of `handgrad`, a file each: they show what the library says; no mathematics here.

Each file holds a click command of its own name, and is imported by `cli.py` when that is asked for, so that
`handgrad --help` answers at once. `cli.py`, `exit_codes.py`, `options.py` and `streams.py` load neither NumPy nor Rich.
"""
