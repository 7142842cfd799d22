"""The audit trail, and who has looked at which record."""

from cm_tracker import labels
from cm_tracker.audit_sentences import kind_name, record_name, sentence
from cm_tracker.domain.measures.tables import INSTANT
from cm_tracker.exports.export import Export, Field, filter_as
from cm_tracker.queries.audit.trail import AUDIT_TRAIL, AuditFilter
from cm_tracker.queries.audit.viewings import VIEWINGS, ViewingFilter, ViewingLine


def _page(line: ViewingLine) -> str:
    return labels.viewings.page(line.page, is_of_client=line.client_id is not None)


AUDIT = Export(
    name="audit",
    title="Audit trail",
    row="One thing that somebody, a command or the kiosk did. Clients appear with their code only.",
    listing=AUDIT_TRAIL,
    filter_of=filter_as(AuditFilter),
    fields=(
        Field("at", "When", INSTANT, "When it was done."),
        Field("by", "Who", meaning="Who did it, or through what: a command, the kiosk, an import.",
              value=lambda line: line.staff_name or line.via, is_printed=False),
        Field("says", "What happened", meaning="What was done, as a sentence.", value=sentence),
        Field("kind", "Kind", meaning="The group of such lines, as in the filter of the page.",
              value=lambda line: kind_name(line.tag), is_printed=False),
        Field("site", "Site", meaning="Where it was done; empty for what belongs to no site.",
              value=lambda line: line.site_name),
        Field("client_code", "Client code", meaning="The code of the client whom it concerns.", is_printed=False),
        Field("record", "Record", meaning="What was added or changed, with its number.", value=record_name),
        Field("reason", "Why", meaning="The reason that was given."),
        Field("tag", "Tag", meaning="The program's own word for it, which never changes.", is_printed=False),
    ),
)  # fmt: skip

VIEWED = Export(
    name="viewings",
    title="Who has looked",
    row="One page or list that somebody opened or was refused, or one wrong password.",
    listing=VIEWINGS,
    filter_of=filter_as(ViewingFilter),
    fields=(
        Field("at", "When", INSTANT, "When the page was opened."),
        Field("by", "Who", meaning="Who looked. Of a wrong password: whose it was.", value=labels.viewings.who),
        Field("kind", "What", meaning="What happened.", codes=labels.viewings.KINDS),
        Field("page", "Page", meaning="What the page is called.", value=_page),
        Field("client_code", "Client code", meaning="The code of the client whose record it is; empty for a list."),
        Field("site", "Site", meaning="The client's site at that time.", value=lambda line: line.site_name),
        Field("reason", "Why", meaning="Why an auditor opened who a client is."),
        Field("address", "Address", meaning="The network address that the request came from.", is_printed=False),
        Field("browser", "Browser", meaning="The browser, as it names itself.", is_printed=False),
    ),
)  # fmt: skip
