"""How a tensor shows itself in a notebook."""

import re

import numpy as np

from autograd import Tensor, grad


def cells(html):
    return re.findall(r"<td>(.*?)</td>", html)


def test_value_shape_type_and_level():
    html = Tensor(np.array([[1.0, 2.5], [3.0, -4.0]], dtype=np.float32))._repr_html_()
    assert "Tensor, shape (2, 2), float32, level 0<" in html
    assert cells(html) == ["1", "2.5", "3", "-4"]
    assert html.count("<tr>") == 2
    assert "grad" not in html


def test_its_gradient_stands_beside_it_once_there_is_one():
    x = Tensor([1.0, 2.0])
    loss = np.sum(x * x)
    loss.backward()
    assert cells(x._repr_html_()) == ["1", "2", "2", "4"]
    assert "grad<table>" in x._repr_html_()
    assert "level 0, computed" in loss._repr_html_()


def test_of_many_entries_the_first_are_shown():
    html = Tensor(np.zeros((100, 200)))._repr_html_()
    assert html.count("<tr>") == 8 + 1
    assert cells(html).count("0") == 8 * 8
    assert cells(html).count("…") == 8 + 1
    assert len(html) < 3000


def test_more_axes_are_text_and_an_outer_tensor_its_value():
    assert "<pre>[[[0. 0.]]]</pre>" in Tensor(np.zeros((1, 1, 2)))._repr_html_()
    seen = []

    def square(x):
        seen.append(x._repr_html_())
        return x * x

    grad(grad(square))(3.0)
    assert re.search("level [1-9]", seen[0])
    assert cells(seen[0]) == ["3"]


def test_another_array_s_text_is_escaped():
    class Odd:
        shape, ndim, dtype = (), 0, np.dtype(float)

        def __str__(self):
            return "<script>"

        def __array_ufunc__(self, *_, **__):
            return NotImplemented

        def __array_function__(self, *_, **__):
            return NotImplemented

    tensor = Tensor(1.0)
    tensor.raw = Odd()
    assert "<pre>&lt;script&gt;</pre>" in tensor._repr_html_()


def test_it_looks_at_nothing_that_it_would_change():
    x = Tensor([1.0])
    x._repr_html_()
    assert x.gradient is None
    assert x.edges == ()
