"""Draw the graph of a computation as SVG, without any program but Python.

`graph.py` reads a tensor's graph, `layout.py` places it, `svg.py` writes it, `draw.py` is what a reader calls.
"""
