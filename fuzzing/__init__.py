"""Differential fuzzing: random programs, whose derivatives by `autograd` are compared with those of others.

    python -m fuzzing --programs 1000 --seed 0

program.py    a random program as data, and how it runs
grammar/      the table: how each function with a rule is called, on which domain, and what it is by definition
building.py   a program out of choices, which a seed or Hypothesis makes (choices.py, generator.py)
engine.py     what `autograd` says of a program
judges.py     what others say: a complex step, dual numbers, exact fields
dual.py       dual numbers: the chain rule forward, written for this
peers/        torch and JAX, in an environment and processes of their own (others.py)
trial.py      one program before all judges; what equal means is measured
shrinking.py  of a program at which they differ, the simplest that is left
campaign.py   many programs, counted

Nothing that is installed imports this package.
"""
