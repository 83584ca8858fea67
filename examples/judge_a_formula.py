"""Judge formulas of the report from Python: the printed (10), the right one, and one of your own.

A claim holds the function that is differentiated and two forms of its gradient. A verdict is computed, and it is
plain data. Your own formula is a function of the claim's letters, in the shapes that the report gives them.
"""

from handgrad.report.equations import claims_of
from handgrad.report.question import judge, judge_formula

(CLAIM,) = claims_of(["10"], part="input")


def mine(at):
    """sum_i (y_hat_i sum_k y_k - y_i) w_ji: the labels need not sum to one."""
    return at.W @ (at.y_hat * at.y.sum() - at.y)


if __name__ == "__main__":
    print(CLAIM.title, "is about", CLAIM.states)
    verdicts = {name: judge(CLAIM, name) for name in CLAIM.forms()} | {"mine": judge_formula(CLAIM, mine)}
    for name, verdict in verdicts.items():
        print(f"{name:8} {verdict.outcome}" + (f": {verdict.condition}" if verdict.condition else ""))
        if verdict.outcome == "disagrees":
            worst = verdict.worst
            print(f"         at a{list(worst.index)} by hand {worst.hand:.4g}, automatic {worst.automatic:.4g}")
        else:
            print(f"         exact: a false agreement has a probability below {verdict.exact.error_bound:.0e}")
