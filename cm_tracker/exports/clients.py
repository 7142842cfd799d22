"""Clients by code."""

from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.measures.tables import DAY, INSTANT, NUMBER
from cm_tracker.exports.export import Export, Field
from cm_tracker.i18n import marked
from cm_tracker.queries.clients.client_rows import CLIENTS

CLIENTS_BY_CODE = Export(
    name="clients",
    title=marked("Clients"),
    row=marked("One client, without a name. The days of the filter are those on which the records were opened."),
    listing=CLIENTS,
    fields=(
        Field("client_code", marked("Client code"), meaning=marked("The client's code.")),
        Field("earlier_codes", marked("Merged codes"), meaning=marked("The codes of records that were merged into this one."),
              value=lambda line: " ".join(line.merged_codes)),
        Field("site", marked("Site"), meaning=marked("The client's site now.")),
        Field("opened_at", marked("Opened"), INSTANT, marked("When the record was opened.")),
        Field("language", marked("Language"), meaning=marked("The language of the kiosk and of papers."),
              codes=tuple(LANGUAGES.items())),
        Field("enrollments", marked("Enrollments"), NUMBER, marked("How often the client was enrolled.")),
        Field("schedule", marked("Schedule"), meaning=marked("The version that the newest enrollment follows.")),
        Field("starts_on", marked("First day"), DAY, marked("The first day of the newest enrollment.")),
        Field("last_on", marked("Last day"), DAY, marked("The last day of the newest enrollment; empty if none is known.")),
        Field("points", marked("Points"), NUMBER, marked("The balance now."), marked("points")),
        Field("draws", marked("Draws"), NUMBER, marked("Draws that are not drawn yet."), marked("draws")),
    ),
)  # fmt: skip
