"""Speed, measured; imported by nothing."""
