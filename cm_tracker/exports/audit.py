"""The audit trail, and who has looked at which record."""

from cm_tracker import labels
from cm_tracker.audit_sentences import kind_name, record_name, sentence
from cm_tracker.domain.measures.tables import INSTANT
from cm_tracker.exports.export import Export, Field, filter_as
from cm_tracker.i18n import marked
from cm_tracker.queries.audit.trail import AUDIT_TRAIL, AuditFilter
from cm_tracker.queries.audit.viewings import VIEWINGS, ViewingFilter, ViewingLine


def _page(line: ViewingLine) -> str:
    return labels.viewings.page(line.page, is_of_client=line.client_id is not None)


AUDIT = Export(
    name="audit",
    title=marked("Audit trail"),
    row=marked("One thing that somebody, a command or the kiosk did. Clients appear with their code only."),
    listing=AUDIT_TRAIL,
    filter_of=filter_as(AuditFilter),
    fields=(
        Field("at", marked("When"), INSTANT, marked("When it was done.")),
        Field("by", marked("Who"), meaning=marked("Who did it, or through what: a command, the kiosk, an import."),
              value=lambda line: line.staff_name or line.via, is_printed=False),
        Field("says", marked("What happened"), meaning=marked("What was done, as a sentence."), value=sentence),
        Field("kind", marked("Kind"), meaning=marked("The group of such lines, as in the filter of the page."),
              value=lambda line: kind_name(line.tag), is_printed=False),
        Field("site", marked("Site"), meaning=marked("Where it was done; empty for what belongs to no site."),
              value=lambda line: line.site_name),
        Field("client_code", marked("Client code"), meaning=marked("The code of the client whom it concerns."), is_printed=False),
        Field("record", marked("Record"), meaning=marked("What was added or changed, with its number."), value=record_name),
        Field("reason", marked("Why"), meaning=marked("The reason that was given.")),
        Field("tag", marked("Tag"), meaning=marked("The program's own word for it, which never changes."), is_printed=False),
    ),
)  # fmt: skip

VIEWED = Export(
    name="viewings",
    title=marked("Who has looked"),
    row=marked("One page or list that somebody opened or was refused, or one wrong password."),
    listing=VIEWINGS,
    filter_of=filter_as(ViewingFilter),
    fields=(
        Field("at", marked("When"), INSTANT, marked("When the page was opened.")),
        Field("by", marked("Who"), meaning=marked("Who looked. Of a wrong password: whose it was."), value=labels.viewings.who),
        Field("kind", marked("What"), meaning=marked("What happened."), codes=labels.viewings.KINDS),
        Field("page", marked("Page"), meaning=marked("What the page is called."), value=_page),
        Field("client_code", marked("Client code"), meaning=marked("The code of the client whose record it is; empty for a list.")),
        Field("site", marked("Site"), meaning=marked("The client's site at that time."), value=lambda line: line.site_name),
        Field("reason", marked("Why"), meaning=marked("Why an auditor opened who a client is.")),
        Field("address", marked("Address"), meaning=marked("The network address that the request came from."), is_printed=False),
        Field("browser", marked("Browser"), meaning=marked("The browser, as it names itself."), is_printed=False),
    ),
)  # fmt: skip
