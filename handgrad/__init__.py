"""Is the gradient that you derived by hand right, and if not, what is wrong with it?

Reading order: `checking/judge.py` and what it names, then `report/` for the report's claims. The judge's names, and
`draw`, can be had from here and are imported when first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handgrad.checking.adapters import layer
    from handgrad.checking.check import assert_gradient, check_equal, check_gradient, check_vjp
    from handgrad.checking.declared import gradient_of, vjp_of
    from handgrad.checking.intermediates import mark
    from handgrad.checking.oracles.foreign import from_jax, from_torch
    from handgrad.checking.verdict import Verdict
    from handgrad.drawing.draw import draw
    from handgrad.errors import CheckError

__version__ = "0.1.0"
__all__ = [
    "CheckError",
    "Verdict",
    "__version__",
    "assert_gradient",
    "check_equal",
    "check_gradient",
    "check_vjp",
    "draw",
    "from_jax",
    "from_torch",
    "gradient_of",
    "layer",
    "mark",
    "vjp_of",
]

if not TYPE_CHECKING:  # seen by a type checker, it would make any name an attribute

    def __getattr__(name):
        """Import what is asked for: `import handgrad` alone loads no NumPy, so that `--help` answers at once."""
        homes = {
            "CheckError": "errors",
            "Verdict": "checking.verdict",
            "assert_gradient": "checking.check",
            "check_equal": "checking.check",
            "check_gradient": "checking.check",
            "check_vjp": "checking.check",
            "draw": "drawing.draw",
            "from_jax": "checking.oracles.foreign",
            "from_torch": "checking.oracles.foreign",
            "gradient_of": "checking.declared",
            "layer": "checking.adapters",
            "mark": "checking.intermediates",
            "vjp_of": "checking.declared",
        }
        if name not in homes:
            raise AttributeError(f"module 'handgrad' has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"handgrad.{homes[name]}"), name)
        globals()[name] = value
        return value

    def __dir__():
        """The names that are here and those that would be imported."""
        return sorted({*globals(), *__all__})
