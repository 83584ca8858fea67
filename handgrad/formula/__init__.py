"""A formula as text, read and computed."""
