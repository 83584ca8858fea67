"""The page: one HTML file in which a reader looks at every formula, and at what each mistake does."""
