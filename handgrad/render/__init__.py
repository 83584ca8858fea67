"""How a verdict is said: as text, as HTML, as JSON, in two languages. Nothing is computed here."""
