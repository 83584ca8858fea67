"""Mutation testing: small faults are planted in what verdicts rest on, one at a time, and a test must notice each."""
