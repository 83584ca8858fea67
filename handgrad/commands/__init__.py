"""The commands of `handgrad`, a file each: they show what the library says; no mathematics here.

Each file holds a click command of its own name. Heavy imports stand inside the functions, so that
`handgrad --help` answers at once.
"""
