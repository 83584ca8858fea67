"""The report's two networks learn, by hand and automatically. Prints nothing; callers pass callbacks."""
