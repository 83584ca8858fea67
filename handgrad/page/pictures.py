"""How an array is best seen."""

SIDES = {25: (5, 5), 144: (12, 12), 576: (24, 24), 784: (28, 28), 1476: (36, 41)}  # of a row of so many entries


def of_shape(shape: tuple[int, ...]) -> list[int] | None:
    """Rows and columns of a picture of an array, its entries in their order; None where it is best seen as a row.

    >>> of_shape((144, 10)), of_shape((576,)), of_shape((10,)), of_shape(())
    ([144, 10], [24, 24], None, None)
    """
    if len(shape) == 2:
        return list(shape)
    return list(SIDES[shape[0]]) if len(shape) == 1 and shape[0] in SIDES else None
