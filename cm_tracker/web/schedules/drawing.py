"""What a page needs to draw a schedule: its charts and the most that it pays."""

from typing import Any

from cm_tracker.charts import ladder_chart
from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import Schedule


def chart_values(schedule: Schedule) -> dict[str, Any]:
    """Return the schedule, the chart of each track and the most that it pays, for a template."""
    return {
        "schedule": schedule,
        "charts": [ladder_chart(schedule, track) for track in schedule.tracks],
        "most": most_earned(schedule),
    }
