"""The codes with which services are billed."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.billing_codes import BillingCodes
from cm_tracker.models import ServiceCodes, ServiceRow


def codes_at(session: Session, site_ids: Collection[int]) -> dict[int, BillingCodes]:
    """Return the codes that hold now by the service, of the services of some sites. The caller checks the sites.

    A service of which nobody ever set any is left out.
    """
    newest = select(func.max(ServiceCodes.id)).group_by(ServiceCodes.service_id)
    rows = session.execute(
        select(
            ServiceCodes.service_id,
            ServiceCodes.procedure_code,
            ServiceCodes.negative_code,
            ServiceCodes.positive_code,
        )
        .join(ServiceRow, ServiceRow.id == ServiceCodes.service_id)
        .where(ServiceCodes.id.in_(newest), ServiceRow.site_id.in_(site_ids))
    )
    return {
        row.service_id: BillingCodes(row.procedure_code, row.negative_code, row.positive_code) for row in rows
    }  # fmt: skip
