"""Derive the report's formulas yourself: exercises, verdicts on what is answered, hints, and a score.

`exercises.py` asks; `answers.py` judges an answer; `hints.py` tells one thing after another about what is wrong
with it, found by `mistakes.py` and `slips.py`; `solutions.py` stands apart, so that none of these gives it away.
"""
