"""What a passage means, as numbers: the same for like words in whatever of the four languages they are written.

A vector has three parts, each a point of its own space: what a multilingual sentence encoder makes of the passage
(where it is installed: requirements/encoder.txt), the concepts of data/concepts.yaml that it speaks of, which are the
same in all languages, and how its longer words begin, which names and many terms share. Without the encoder the other
two do alone (docs/grouping.md has what either way is worth).
"""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from app.core.encoder import Vectors as Vectors
from app.core.encoder import encode, encoder_version, unit
from app.core.encoder import has_encoder as has_encoder
from app.core.texts import fingerprint
from app.grouping.blocks import Written
from app.practices.concepts import concepts, spoken_of, words_of

WORDS = 128  # numbers of the part of words
BEGINNING = 5  # letters by which longer words are compared
# How much each part counts: the encoder's, that of concepts, that of words; without the encoder, of the last two.
SHARES, SHARES_WITHOUT = (0.65, 0.25, 0.1), (0.0, 0.5, 0.5)
PRIOR = 5  # passages of a language in the whole session that count beside those of the block


@cache
def _concepts() -> tuple[str, ...]:
    """The concepts that tell what a passage is about, in order."""
    return tuple(sorted(name for name, concept in concepts().items() if concept.get("alike", True)))


@cache
def _concepts_version() -> str:
    return fingerprint([[name, concept] for name, concept in concepts().items()])[:16]


def model() -> str:
    """What vectors are made by, with its version: with another they are made anew."""
    encoder = encoder_version() if has_encoder() else "none"
    return f"encoder {encoder}; concepts {_concepts_version()}; words {WORDS}"


def mark(written: Written) -> str:
    """Return what a vector is kept under (SHA-256, hex)."""
    return hashlib.sha256("\0".join((model(), *written[::-1])).encode()).hexdigest()


def vectors_of(passages: Sequence[Written]) -> Vectors:
    """Return a row for each passage, of length 1 (zeros where nothing is known of its words)."""
    parts = [_known(passages)]
    if has_encoder():
        parts.insert(0, encode([item.text for item in passages]))
    return unit(np.hstack(parts))


def _known(passages: Sequence[Written]) -> Vectors:
    """The parts of concepts and of words, each of length 1."""
    places = {name: place for place, name in enumerate(_concepts())}
    about = np.zeros((len(passages), len(places)), dtype=np.float32)
    words = np.zeros((len(passages), WORDS), dtype=np.float32)
    for row, (text, language) in enumerate(passages):
        for name, evidence in spoken_of([(text, 1.0)], language).items():
            if name in places:
                about[row, places[name]] = evidence.strength**0.5
        for word in words_of(text, language):
            if len(word.plain) >= BEGINNING:
                words[row, zlib.crc32(word.plain[:BEGINNING].encode()) % WORDS] = 1
    return np.hstack([unit(about), unit(words)])


def as_bytes(vector: Vectors) -> bytes:
    """Return a vector as it is kept."""
    return vector.astype("<f4").tobytes()


def from_bytes(kept: Iterable[bytes]) -> Vectors:
    """Return kept vectors, one a row."""
    rows = [np.frombuffer(item, dtype="<f4") for item in kept]
    return np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)


class Means(NamedTuple):
    """What the passages of each language have in common, whatever they say: language -> mean of the encoder's part."""

    of: dict[str, Vectors]


def means_of(vectors: Vectors, languages: Sequence[str]) -> Means:
    """Return what a session's passages of each language have in common."""
    of_language = np.array(languages)
    return Means({str(code): vectors[of_language == code].mean(axis=0) for code in np.unique(of_language)})


def comparable(vectors: Vectors, languages: Sequence[str], session: Means) -> Vectors:
    """Return a block's vectors so that their products say how alike passages are, from -1 to 1.

    Of the encoder's part the mean of each language is taken away, without which passages of one language are nearer to
    each other than to their like in another; of a language with few passages here, mixed with the session's mean. What
    many passages of the block have counts less in the other parts.
    """
    if not len(vectors):
        return vectors
    encoded = vectors.shape[1] - WORDS - len(_concepts())
    shares = SHARES if encoded else SHARES_WITHOUT
    meaning = vectors[:, :encoded].copy()
    of_language = np.array(languages)
    for code in np.unique(of_language):
        here = of_language == code
        prior = session.of.get(str(code))
        total, count = meaning[here].sum(axis=0), int(here.sum())
        if prior is not None:
            total, count = total + PRIOR * prior[:encoded], count + PRIOR
        meaning[here] -= total / count
    rest = vectors[:, encoded:]
    about, words = rest[:, :-WORDS], rest[:, -WORDS:]
    parts = zip((meaning, _rare(about), _rare(words)), shares, strict=True)
    return np.hstack([np.sqrt(np.float32(share)) * unit(part) for part, share in parts]).astype(np.float32)


def _rare(part: Vectors) -> Vectors:
    """A part in which what few rows have counts for more."""
    having = (part > 0).sum(axis=0)
    weighted: Vectors = part * np.log(1 + len(part) / (1 + having)).astype(np.float32)
    return weighted
