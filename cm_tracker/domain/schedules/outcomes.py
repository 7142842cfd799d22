"""The outcomes of a visit, their letters, and which of them are a target not met."""

MET = "met"
POSITIVE = "positive"
UNEXCUSED = "unexcused"
REFUSED = "refused"
TAMPERED = "tampered"
EXCUSED = "excused"
DILUTE = "dilute"
PENDING = "pending"
DISPUTED = "disputed"

ALL = (MET, POSITIVE, UNEXCUSED, REFUSED, TAMPERED, EXCUSED, DILUTE, PENDING, DISPUTED)

# Only these may stand in a schedule's `reset_on`.
NOT_MET = (POSITIVE, UNEXCUSED, REFUSED, TAMPERED)

# The letters of the literature: N negative, A attended, M missed, X absent.
LETTERS = {
    "N": MET,
    "A": MET,
    "P": POSITIVE,
    "M": UNEXCUSED,
    "X": UNEXCUSED,
    "R": REFUSED,
    "T": TAMPERED,
    "E": EXCUSED,
    "D": DILUTE,
    "?": PENDING,
    "!": DISPUTED,
}
