"""The outcomes of a visit, the letters that stand for them, and which of them mean that the target was not met."""

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

# The outcomes that a schedule may list in `reset_on`.
NOT_MET = (POSITIVE, UNEXCUSED, REFUSED, TAMPERED)

# Letters as the literature uses them: N negative, A attended, M missed, X absent.
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
