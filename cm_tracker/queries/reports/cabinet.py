"""Reports on prizes: whether draws are fair, and what is missing from the cabinets."""

from fractions import Fraction

from sqlalchemy import select

from cm_tracker.clock import day_at
from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.numbers import per_mille, rounded
from cm_tracker.domain.measures.shrinkage import ItemCount, Shrinkage, shrinkage
from cm_tracker.domain.measures.tables import MONEY, PERCENT, TENTHS, TEXT, Cell, Column
from cm_tracker.domain.prizes.fairness import FAIR, TOO_FEW, DrawnTiers, Fairness, compare
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.models import CountSignature, Prize, StockCount
from cm_tracker.queries.paging import in_days
from cm_tracker.queries.prizes.counts import lines_of, retail_of
from cm_tracker.queries.prizes.draws import drawn_groups
from cm_tracker.queries.reports.scope import ALL, Columns, Rows, Scope

VERDICTS = {FAIR: marked("Fair"), TOO_FEW: marked("Too few draws to say")}
UNUSUAL = marked("Unusual: look at these draws")


def fairness(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each site and one for all, with what was drawn beside what its bowls lead us to expect."""
    groups = [
        group
        for group in drawn_groups(scope.session, scope.actor, since=scope.first_day, until=scope.last_day)
        if group.site_id in scope.sites
    ]
    names = sorted({group.site_name for group in groups})
    rows = []
    for name in (*names, ALL):
        chosen = [group for group in groups if name in (ALL, group.site_name)]
        whole = compare(DrawnTiers(group.bowl, dict(group.counts), group.given_cents) for group in chosen)
        rows.append(_fairness_row(name, whole))
    columns = (
        Column("site", marked("Site"), TEXT),
        Column("draws", marked("Draws")),
        Column("drawn", marked("Value drawn"), MONEY),
        Column("expected", marked("Value expected"), MONEY),
        Column("given", marked("Value given"), MONEY),
        Column("z", marked("Standard deviations from it (z)"), TENTHS),
        Column("chi_squared", marked("Chi-squared of the tiers"), TENTHS),
        Column("p", marked("Chance of as much or more (p)"), PERCENT),
        Column("verdict", marked("Verdict"), TEXT),
    )
    return columns, tuple(rows)


def _fairness_row(name: str, whole: Fairness) -> tuple[Cell, ...]:
    def of(value: float | None, places: int) -> int | None:
        return None if value is None else rounded(Fraction(value) * 10**places)

    return (
        name, whole.draws, whole.drawn_cents, rounded(Fraction(whole.expected_cents)), whole.given_cents, of(whole.z, 1),
        of(whole.chi_squared, 1), of(whole.p, 3), VERDICTS.get(whole.verdict, UNUSUAL),
    )  # fmt: skip


def missing_items(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each prize and site whose signed counts lie in the report's days, and one for all, by tier.

    A count lies on the day at its site on which it was signed.
    """
    prizes = {row.id: row for row in scope.session.execute(select(Prize.id, Prize.name, Prize.tier))}
    signed = scope.session.execute(
        select(StockCount.site_id, StockCount.lines, StockCount.retail, CountSignature.recorded_at)
        .join(CountSignature, CountSignature.count_id == StockCount.id)
        .where(
            StockCount.site_id.in_(scope.sites),
            in_days(CountSignature.recorded_at, scope.first_day - ONE_DAY, scope.last_day + ONE_DAY, "UTC"),
        )
        .order_by(CountSignature.id)
    )
    counts: dict[tuple[int, int], list[ItemCount]] = {}
    for row in signed:
        site = scope.sites[row.site_id]
        if not scope.first_day <= day_at(row.recorded_at, site.time_zone) <= scope.last_day:
            continue
        lines = lines_of(row.lines)
        retail = retail_of(lines, row.retail)
        for line in lines:
            one = ItemCount(line.expected, line.counted, retail.get(line.prize_id, 0))
            counts.setdefault((row.site_id, line.prize_id), []).append(one)
    found = [
        (scope.sites[site_id].name, prizes[prize_id].tier or "–", prizes[prize_id].name, shrinkage(of_item))
        for (site_id, prize_id), of_item in counts.items()
    ]
    rows: list[tuple[Cell, ...]] = [_missing_row(*of) for of in sorted(found)]
    if rows:
        of_all = Shrinkage(*(sum(numbers) for numbers in zip(*(one[-1] for one in found), strict=True)))
        rows.append(_missing_row(ALL, "", "", of_all))
    columns = (
        Column("site", marked("Site"), TEXT),
        Column("tier", marked("Tier"), TEXT),
        Column("prize", marked("Prize"), TEXT),
        Column("counts", marked("Counts")),
        Column("expected", marked("Should be there")),
        Column("counted", marked("Counted last")),
        Column("missing", marked("Missing")),
        Column("missing_value", marked("Retail value of what is missing"), MONEY),
        Column("share", marked("Missing of what should be there"), PERCENT),
    )
    return columns, tuple(rows)


def _missing_row(site: str, tier: str, prize: str, of: Shrinkage) -> tuple[Cell, ...]:
    return site, tier, prize, *of, per_mille(of.missing, of.expected)
