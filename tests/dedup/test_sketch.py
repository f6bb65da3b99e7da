"""A pair of texts that are as similar as the threshold asks is never told apart by its sketches, but by a rare chance."""

import numpy as np
import pytest

from pipeline.dedup import minhash, sketch


def signatures(rng, similarity, size=100, count=128):
    """Of two texts that share so much of their shingles."""
    shared = round(2 * size * similarity / (1 + similarity))
    both = rng.integers(0, 2**32, 2 * size - shared, dtype=np.uint32)
    flat = np.concatenate((both[:size], both[size - shared :]))
    return minhash.signatures(flat, np.array([0, size, 2 * size]), count)


def seem(similarity, threshold, count=128, pairs=400):
    """Share of such pairs that may be similar as far as their sketches tell."""
    rng = np.random.default_rng(count)
    made = np.concatenate([signatures(rng, similarity, count=count) for _ in range(pairs)], axis=1)
    one = np.arange(pairs) * 2
    found = sketch.differing(sketch.sketches(made), one, one + 1)
    return np.mean(found <= sketch.most_differing(threshold, count))


@pytest.mark.parametrize("count", [128, 126, 64])
@pytest.mark.parametrize("threshold", [0.6, 0.8])
def test_similar_texts_seem_so(threshold, count):
    assert seem(threshold + 0.01, threshold, count) >= 0.99
    assert seem(1.0, 1.0, count) == 1


def test_others_do_not():
    assert seem(0.2, 0.6) <= 0.1
    assert seem(0.5, 0.8) <= 0.1


@pytest.mark.parametrize("count", [1, 3, 5])
def test_few_permutations_tell_little(count):
    assert seem(1.0, 0.6, count, 5) == 1


def test_values_that_differ_are_counted():
    one, two = np.arange(128, dtype=np.uint32), np.arange(128, dtype=np.uint32)
    two[[0, 7, 127]] += 2
    two[9] += 4  # the lowest two bits are the same
    made = sketch.sketches(np.stack((one, two), axis=1))
    assert sketch.differing(made, np.array([0, 0, 1]), np.array([0, 1, 0])).tolist() == [0, 3, 3]
