"""Independent opinions on a derivative, and where they come from."""
