"""Clients by code."""

from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.measures.tables import DAY, INSTANT, NUMBER
from cm_tracker.exports.export import Export, Field
from cm_tracker.queries.clients.client_rows import CLIENTS

CLIENTS_BY_CODE = Export(
    name="clients",
    title="Clients",
    row="One client, without a name. The days of the filter are those on which the records were opened.",
    listing=CLIENTS,
    fields=(
        Field("client_code", "Client code", meaning="The client's code."),
        Field("earlier_codes", "Merged codes", meaning="The codes of records that were merged into this one.",
              value=lambda line: " ".join(line.merged_codes)),
        Field("site", "Site", meaning="The client's site now."),
        Field("opened_at", "Opened", INSTANT, "When the record was opened."),
        Field("language", "Language", meaning="The language of the kiosk and of papers.",
              codes=tuple(LANGUAGES.items())),
        Field("enrollments", "Enrollments", NUMBER, "How often the client was enrolled."),
        Field("schedule", "Schedule", meaning="The version that the newest enrollment follows."),
        Field("starts_on", "First day", DAY, "The first day of the newest enrollment."),
        Field("last_on", "Last day", DAY, "The last day of the newest enrollment; empty if none is known."),
        Field("points", "Points", NUMBER, "The balance now.", "points"),
        Field("draws", "Draws", NUMBER, "Draws that are not drawn yet.", "draws"),
    ),
)  # fmt: skip
