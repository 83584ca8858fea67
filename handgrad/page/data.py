r"""Everything that the page shows, as one object of plain data.

A is the name of an array, T a text {"en": .., "zh": ..}; null is a value that there is not. Numbers have five
significant digits and are shown as they stand.

    {"handgrad": version, "seed": n, "command": "handgrad page --seed 0",
     "words": {key: T},                        the page's own words, from words.toml
     "arrays": {A: {"shape": [..], "data": [flat numbers]}
                or {"shape": [..], "fill": number, "at": [flat places], "data": [the numbers there]}},
     "letters": {name: {"latex", "meaning": T}},
     "networks": {"cnn": NETWORK, "dense": NETWORK},
     "variants": [{"id", "name": T, "says": T, "equations": [numbers], "verdict": V or null,
                   "curve": [losses], "beside": [losses of the right gradient on the same labels],
                   "dense": null or {"says": T, "equations", "verdict": V, "curve", "beside"}}],
     "curve_steps": [numbers of steps],
     "claims": {claim id: CLAIM}}

    NETWORK = {"title": T,
               "nodes": [{"id", "letter", "label": T, "shape", "kind": "input" | "parameter" | "between" | "loss",
                          "x": column, "y": row, "value": A, "cotangent": A or null,
                          "picture": [rows, columns] or null, "claims": [claim ids]}],
               "edges": [{"from", "to", "claims": [claim ids]}],
               "steps": [{"claim": claim id, "says": T, "nodes": [ids], "edges": [[from, to], ..]}]}

    CLAIM = {"title": "(10) input", "heading": T, "equation", "part", "section": T, "states": T, "domain": T,
             "note": T or null, "printed": FORM, "right": FORM, "same": whether the two are one,
             "rules": [{"name", "source"}],    of the automatic graph, as the sweep uses them
             "letters": [{"name", "shape", "meaning": T}], "axes": [names], "by": letter or "value",
             "picture": [rows, columns] or null, "automatic": A, "numeric": A or null,
             "variants": {variant id: {"latex": null or that of its own formula, "text", "code": null or [..],
                          "hand": A, "automatic": A, "difference": A, "verdict": V, "sum": SUM or null}}}
    FORM = {"latex", "text", "code": [{"name", "source"}]}
    V = {"outcome", "condition": T or null, "evidence": T,
         "worst": {"argument", "index", "hand", "automatic", "numeric"} or null,
         "explanation": T or null, "diagnosis": T or null,
         "counterexample": {"letters": {name: nested lists}, "hand", "automatic"} or null, "reproduce": command or null}

    SUM = {"latex", "over": [index names], "factors": [{"latex", "array": A, "index": [names]}],
           "names": null or the LaTeX of each term, where the terms are not of one kind,
           "terms": A of the claim's axes and then `over`,
           "window": A or null, "window_index": [names of its axes, before that of 4], "image": "X", "c" or null}

A difference that rounding explains is 0 here. `automatic` of a variant is that of its claim but where the variant
has labels of its own.
"""

import json
import sys
from typing import Any

from handgrad import __version__
from handgrad.equations import REPORT
from handgrad.memory import Memory
from handgrad.page import claims, networks
from handgrad.page.numbers import Arrays
from handgrad.page.point import Point
from handgrad.page.texts import in_both
from handgrad.page.words import words


def page_data(seed: int = 0) -> dict[str, Any]:
    """The data of a page."""
    arrays, memory, point = Arrays(), Memory(), Point(seed)
    told = {claim.id: claims.of_claim(claim, point, arrays, memory) for claim in REPORT}
    nets = {name: networks.of(name, point, arrays) for name in ("cnn", "dense")}
    return {
        "handgrad": __version__,
        "seed": seed,
        "command": f"handgrad page --seed {seed}",
        "words": words(),
        "letters": letters(),
        "networks": nets,
        "variants": [
            {"id": name, "name": in_both(said), "says": in_both(""), "equations": [], "verdict": None, "curve": []}
            for name, said in (("right", "put right"), ("printed", "as printed"))
        ],
        "curve_steps": [],
        "claims": told,
        "arrays": arrays.written,
    }


LATEX = {"y_hat": r"\hat{y}", "theta": r"\theta", "gamma": r"\gamma", "eta": r"\eta", "beta": r"\beta"}


def letters() -> dict[str, Any]:
    """Every letter, with how it is written and what it means."""
    meanings = {letter.name: letter.meaning for claim in REPORT for letter in claim.letters}
    return {name: {"latex": LATEX.get(name, name), "meaning": in_both(meaning)} for name, meaning in meanings.items()}


if __name__ == "__main__":
    json.dump(page_data(int(sys.argv[1]) if len(sys.argv) > 1 else 0), sys.stdout, ensure_ascii=False)
