"""Independent opinions on a derivative: automatic, complex step, central difference; and on its rounding."""
