"""Hypothesis profiles: `thorough` for a long search, the default quick and the same in every run; `mutants` is the
default without a search for the smallest failure, as any failure will do."""

import os

from hypothesis import HealthCheck, Phase, settings

# A first example may import or trace much; a slow one is no failure.
common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("quick", derandomize=True, max_examples=25, **common)
settings.register_profile(
    "mutants", derandomize=True, max_examples=25, phases=[Phase.explicit, Phase.generate], **common
)
settings.register_profile("thorough", max_examples=500, **common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
