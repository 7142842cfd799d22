"""Every list that leaves the program, in the order in which pages show them."""

from collections.abc import Mapping

from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.exports.audit import AUDIT, VIEWED
from cm_tracker.exports.clients import CLIENTS_BY_CODE
from cm_tracker.exports.day import PLANNED
from cm_tracker.exports.export import Export
from cm_tracker.exports.fidelity import LEARNED, SESSIONS
from cm_tracker.exports.funding import TAXED
from cm_tracker.exports.ledger import AWARDED, TRANSACTIONS
from cm_tracker.exports.prizes import HANDOVERS, REDEEMED
from cm_tracker.exports.stock import BOUGHT, MOVEMENTS
from cm_tracker.exports.visits import RECORDED, SPECIMENS_GIVEN

_LIST = (
    CLIENTS_BY_CODE, PLANNED, RECORDED, SPECIMENS_GIVEN, AWARDED, REDEEMED, HANDOVERS, MOVEMENTS, BOUGHT, TAXED, TRANSACTIONS,
    LEARNED, SESSIONS, AUDIT, VIEWED,
)  # fmt: skip

EXPORTS: Mapping[str, Export] = {export.name: export for export in _LIST}
"""Every list by its name."""


def export_of(name: str, actor: Actor) -> Export:
    """Return a list by its name. Raise `NotFound`, and `NotAllowed` for one that the actor may not have."""
    if name not in EXPORTS:
        raise NotFound(what="list")
    if not actor.may(EXPORTS[name].permission):
        raise NotAllowed(roles=actor.roles)
    return EXPORTS[name]
