"""Is the gradient that you derived by hand right, and if not, what is wrong with it?

Reading order: `letters.py`, `claims.py`, `equations/`, `oracles/`, `verdict.py`, then what is shown of it.
"""

__version__ = "0.1.0"
