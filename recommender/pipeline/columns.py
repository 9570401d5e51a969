"""Rows held as arrays, a field each: millions of them fit into memory, and are worked on all at once."""

from dataclasses import fields
from typing import Self

import numpy as np


class Columns:
    """Base of dataclasses whose fields are arrays of one length, the number of rows."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def kept(self, rows: np.ndarray) -> Self:
        """Only these rows: a mask of shape (n,), or their places in the order wanted."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})
