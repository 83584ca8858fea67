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
     "rules": {name: source of a rule of the engine},
     "claims": {claim id: CLAIM}}

    NETWORK = {"title": T,
               "nodes": [{"id", "letter", "label": T, "shape", "kind": "input" | "parameter" | "between" | "loss",
                          "x": column, "y": row, "value": A, "cotangent": A or null,
                          "picture": [rows, columns] or null, "claims": [claim ids]}],
               "edges": [{"from", "to", "claims": [claim ids]}],
               "steps": [{"claim": claim id, "says": T, "nodes": [ids], "edges": [[from, to], ..]}]}

    CLAIM = {"title": "(10) input", "equation", "part", "section": T, "states": T, "domain": T,
             "note": T or null, "printed": FORM, "right": FORM, "same": whether the two are one,
             "rules": [names],                 of the automatic graph, as the sweep uses them
             "letters": [{"name", "shape", "meaning": T}], "axes": [names], "by": letter or "value",
             "picture": [rows, columns] or null, "automatic": A, "numeric": A or null,
             "variants": {variant id: {"latex", "hand": A, "automatic": A, "difference": A,
                          "agrees_here": whether rounding explains the difference, "verdict": V, "sum": SUM or null}}}
    FORM = {"latex", "text", "code": [{"name", "source"}]}       the print has code where it is not right alone
    V = {"outcome", "condition": T or null, "evidence": T,
         "worst": {"argument", "index", "hand", "automatic", "numeric"} or null,
         "explanation": T or null, "diagnosis": T or null,
         "counterexample": {"letters": {name: nested lists}, "hand", "automatic"} or null, "reproduce": command or null}

    SUM = {"latex", "over": [one index name or none], "factors": [{"latex", "array": A, "index": [names]}],
           "count": how many terms there are, "terms": A of the claim's axes and then the terms,
           "largest": null where all terms are told, in the order of the index that is summed over;
                      else A like `terms`: that index of each term told, the largest term first,
           "rest": null, or A of the claim's axes: what the terms that are not told add up to,
           "window": A or null, of the claim's axes and then 4; "image": "X", "c" or null}

The index of a factor may be "kept" too: the place of a term among those context. A difference that rounding explains
is 0 here. `automatic` of a variant is that of its claim but where the variant has labels of its own. A letter that has
several meanings has that of the convolutional network in `letters`, and its own in each claim.
"""

from typing import Any

from handgrad import __version__
from handgrad.page.arrays import Arrays
from handgrad.page.claims import PageContext, of_claim
from handgrad.page.curves import STEPS
from handgrad.page.labels import ADDED
from handgrad.page.networks import of_network
from handgrad.page.point import Point
from handgrad.page.symbols import all_letters
from handgrad.page.variants import VARIANTS, of_variant
from handgrad.page.words import words
from handgrad.report.equations import REPORT


def page_data(seed: int = 0) -> dict[str, Any]:
    """The data of a page."""
    point = Point(seed)
    context = PageContext(point, Point(seed, point.y + ADDED), Arrays(), {})
    claims = {claim.id: of_claim(claim, context) for claim in REPORT}
    networks = {name: of_network(name, point, context.arrays) for name in ("cnn", "dense")}
    return {
        "handgrad": __version__,
        "seed": seed,
        "command": f"handgrad page --seed {seed}",
        "words": words(),
        "letters": all_letters(),
        "networks": networks,
        "variants": [of_variant(variant, point, context.other_labels) for variant in VARIANTS],
        "curve_steps": list(range(STEPS)),
        "claims": claims,
        "rules": context.rules,
        "arrays": context.arrays.written,
    }
