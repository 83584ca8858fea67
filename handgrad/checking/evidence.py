"""What is seen of a problem on a domain: an exact answer where there is one, and points in floating point.

Where a formula is claimed for a whole domain, the exact test draws from all of it, at other sizes too: "the same
function" then settles the matter, and points are looked at only to show a difference. Around a given point the
points come first: the given one is the user's own, and others have other shapes, which the exact test has not.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from handgrad.checking.comparison import Comparison, Entry, common_scale, compare
from handgrad.checking.domain import Domain, Point
from handgrad.checking.kinks import kinks
from handgrad.checking.options import Options
from handgrad.checking.oracles.automatic import automatic
from handgrad.checking.oracles.manual import ShapeMismatch, numbers, row
from handgrad.checking.oracles.rounding import SAMPLES
from handgrad.checking.problem import Problem
from handgrad.checking.sampling import FAR
from handgrad.errors import HandgradError, one_line
from handgrad.exact import ExactError, Identity, identical
from handgrad.values import Array, Values

SETTLED = "a difference is evidence enough"
FEW = 2  # samples of rounding where the exact answer is known already, and floating point only shows it


@dataclass(frozen=True)
class Evidence:
    """What was seen on a domain.

    identity  the exact answer; None where there is none, and `inexact` says why
    partial   the exact answer holds at the sizes asked for; at others the formula can't be computed
    point     the one that shows a difference, else the first
    seen      the three opinions there; None where no point was looked at
    mismatch  the shape is wrong there already
    points    how many were looked at
    kinks     entries at which the function has two slopes, by hand between them
    unfair    the point is at a kink, and by hand is not between the slopes
    excused   every point that was looked at lies at kinks, and by hand is fair at all of them
    raised    where by hand has no value though the function has, and in which words
    """

    domain: Domain
    identity: Identity | None = None
    inexact: str = ""
    partial: bool = False
    point: Point | None = None
    seen: Comparison | None = None
    mismatch: ShapeMismatch | None = None
    points: int = 0
    kinks: tuple[Entry, ...] = ()
    unfair: bool = False
    excused: bool = False
    raised: tuple[str, str] | None = None

    @property
    def proved(self) -> bool:
        """Whether the two are the same function, exactly."""
        return self.identity is not None and self.identity.same

    @property
    def refuted(self) -> bool:
        """Whether they differ exactly, with no constant or logarithm in doubt."""
        it = self.identity
        return it is not None and not it.same and not (it.opaque or it.hangs_on_constants or self.kinks)

    @property
    def differs(self) -> bool:
        """Whether a point shows a difference."""
        if self.mismatch is not None or self.unfair:
            return True
        if self.excused or self.seen is None or not np.all(np.isfinite(self.seen.automatic)):
            return False
        return bool(np.any(self.seen.differs))

    @property
    def blamed(self) -> bool:
        """Whether that difference is by hand's, and no one else's."""
        if self.mismatch is not None or self.unfair:
            return True
        return self.differs and self.seen is not None and (self.seen.untraced is not None or self.seen.blame == "hand")

    @property
    def accuses(self) -> bool:
        """Whether by hand is wrong: by a point at which it stands alone, or exactly, where points show nothing."""
        if self.blamed or self.differs or not self.refuted or self.seen is None:
            return self.blamed
        return bool(np.all(np.isfinite(self.seen.automatic))) and self.seen.blame is None

    @property
    def holds(self) -> bool:
        """Whether by hand is right as far as was seen."""
        if self.proved or self.excused:
            return True
        if self.differs or self.refuted or self.seen is None:
            return False
        it = self.seen
        return bool(np.all(np.isfinite(it.automatic))) and not np.any(it.ill_conditioned) and it.blame is None


def gather(problem: Problem, domain: Domain, options: Options) -> Evidence:
    """Ask exactly and at points, as far as it takes."""
    if domain.given is not None:
        found = look(problem, domain, options, SAMPLES)
        if found.differs or found.excused or found.seen is None or not decidable(found.seen):
            return replace(found, inexact=SETTLED if found.differs else "kinks" if found.excused else "not asked")
        identity, inexact, partial = ask_exactly(problem, domain, options, found.seen)
        return replace(found, identity=identity, inexact=inexact, partial=partial)
    identity, inexact, partial = ask_exactly(problem, domain, options, None)
    exact = Evidence(domain, identity, inexact, partial)
    if exact.proved:
        return exact
    found = look(problem, domain, options, SAMPLES if identity is None else FEW)
    return replace(found, identity=identity, inexact=inexact, partial=partial)


def decidable(seen: Comparison) -> bool:
    """Whether there is an opinion that the exact test may confirm."""
    return bool(np.all(np.isfinite(seen.automatic))) and not np.any(seen.ill_conditioned & ~seen.known)


# In floating point


def look(problem: Problem, domain: Domain, options: Options, samples: int) -> Evidence:
    """Look at one point after another, until one shows a difference."""
    looked_at, last, kinked = 0, None, tuple[Entry, ...]()
    raised: tuple[str, str] | None = None
    for point in domain.points(problem, options.seed, options.points):
        try:
            seen = options.allow(compare(problem, point.values, options.seed, samples))
        except ShapeMismatch as error:
            if point.optional:
                continue  # what else the shape means is for the function's author to say
            return Evidence(domain, point=point, mismatch=error, points=looked_at + 1)
        except Exception as error:
            if point.optional:
                continue
            if isinstance(error, HandgradError):
                raise
            raised = raised or (point.where, one_line(error)[:200])
            continue
        looked_at += 1
        here = Evidence(domain, point=point, seen=seen, points=looked_at, kinks=kinked, raised=raised)
        if not np.all(np.isfinite(seen.automatic)):
            last = last or (here if looked_at == 1 else None)
            continue
        if point.where == FAR and not convincing(seen):
            continue
        if np.any(seen.differs | seen.ill_conditioned) and problem.automatic is None:
            # entries that rounding excuses matter only where none differs
            unequal = seen.differs if np.any(seen.differs) else seen.ill_conditioned
            bent = kinks(problem, point.values, seen.hand, unequal)
            if bent is not None:
                kinked += tuple(seen.entry(index) for index in bent.at)
                if not bent.fair:  # rounding, which falls to either side, excuses nothing
                    strict = replace(seen, slack=np.zeros(np.shape(seen.hand)))
                    return replace(here, seen=strict, unfair=True, kinks=kinked)
                continue
        if np.any(seen.differs):
            return here
        last = here if last is None or np.any(seen.ill_conditioned) or seen.blame is not None else last
    if last is None and kinked:
        return Evidence(domain, point=point, seen=seen, points=looked_at, kinks=kinked, excused=True, raised=raised)
    return replace(last or Evidence(domain), points=looked_at, kinks=kinked, raised=raised)


def convincing(seen: Comparison) -> bool:
    """Whether a point far away says something: there much overflows, or is lost in rounding."""
    differs = bool(np.any(seen.differs))
    finite = bool(np.all(np.isfinite(seen.hand)))
    return finite and not np.any(seen.ill_conditioned) and (not differs or seen.blame == "hand")


# Exactly


def ask_exactly(
    problem: Problem, domain: Domain, options: Options, seen: Comparison | None
) -> tuple[Identity | None, str, bool]:
    """The identity test at all that the domain draws; or None, and why there is no answer.

    Also whether some of it can't be computed.
    """
    if options.exact is False:
        return None, "asked for", False
    if seen is not None and seen.untraced:
        return None, "the function can't be traced", False
    if seen is not None and any(np.asarray(x).dtype == np.float32 for x in seen.values.values()):
        return None, "float32 is judged in floating point", False
    asked = problem.contracted or problem
    first: Identity | None = None
    partial = False
    for draws in domain.draws(asked, options.seed):
        try:
            with np.errstate(all="ignore"):
                found = identical(
                    by_hand_of(asked), automatic_of(asked), draws.draw, trials=draws.trials, seed=options.seed,
                    sampled=draws.sampled, branched_trials=draws.branched,
                )  # fmt: skip
        except ExactError as error:
            return None, str(error), False
        except Exception as error:  # code that writes into arrays, or is made for one size alone
            if not draws.must:
                partial = True
                continue
            if isinstance(error, HandgradError):
                raise
            return None, one_line(error)[:200], False
        if problem.up_to_scale:
            found = along(problem, found)
        if not found.same:
            return found, "", partial
        first = first or found
    return first, "" if first else "float32 is judged in floating point", partial


def by_hand_of(problem: Problem) -> Any:
    """What by hand returns, as a function of exact letters; across the gradient, where its direction alone counts."""
    if problem.up_to_scale:
        # h is parallel to g where h_i g_last - g_i h_last = 0 for every i.
        def across(letters: dict[str, Any]) -> Array:
            h, g = row(problem.returned(Values(letters))), row(automatic(problem, Values(letters)))
            return h * g[-1] - g * h[-1]

        return across
    return lambda letters: row(problem.returned(Values(letters)))


def automatic_of(problem: Problem) -> Any:
    """The automatic side of the same."""
    if problem.up_to_scale:
        return lambda letters: np.zeros(sum(int(np.prod(np.shape(letters[name]))) for name in problem.wrt))
    return lambda letters: row(automatic(problem, Values(letters)))


def along(problem: Problem, found: Identity) -> Identity:
    """Parallel is not yet the same direction: the opposite one is parallel too, and so is nothing."""
    if not found.same:
        return found
    values = Values(found.inputs)
    hand, machine = numbers(problem.returned(values)), numbers(automatic(problem, values))
    if np.vdot(hand, machine) > 0 and common_scale(hand, machine) > 0:
        return found
    return replace(found, same=False, differs=np.full(np.shape(hand), True), error_bound=0.0)
