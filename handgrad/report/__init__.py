"""The report as data: its symbols, its claims, and each claim as a problem for the judge."""
