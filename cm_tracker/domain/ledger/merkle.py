"""The Merkle tree of RFC 6962 over the leaves of the log. Its root fixes every leaf.

A `Frontier` holds what is needed to add more leaves: the roots of the perfect subtrees, one for each binary
digit 1 of the size. So a later root is worked out without the earlier leaves, and memory does not grow.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), an inner node of RFC 6962."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that leaves are added to. `size` counts them; `peaks` are the roots of its perfect subtrees, largest first."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Raise `ValueError` where the number of peaks is not the number of binary ones of the size."""
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count() or any(len(peak) != 32 for peak in self.peaks):
            raise ValueError("a frontier has one hash of 32 bytes for each binary 1 of its size")

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaves in order."""
        at, end = 0, len(leaves)
        while at < end:
            # The largest perfect subtree that starts here and is complete: its size divides the size so far.
            block = 1 << (end - at).bit_length() - 1
            if self.size:
                block = min(block, self.size & -self.size)
            level = leaves[at : at + block]
            while len(level) > 1:
                pairs = iter(level)
                level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            self._push(level[0], block)
            at += block

    def _push(self, peak: bytes, block: int) -> None:
        self.size += block
        carry = (self.size ^ (self.size - block)).bit_length() - block.bit_length()
        for _ in range(carry):
            peak = node(self.peaks.pop(), peak)
        self.peaks.append(peak)

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the peaks one after the other. With the size they make the frontier again."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> "Frontier":
        """Return the frontier whose peaks `to_bytes` wrote."""
        return cls(size, (peaks[at : at + 32] for at in range(0, len(peaks), 32)))
