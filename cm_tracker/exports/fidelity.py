"""What members of staff have learned, and how the sessions were led that somebody sat in on."""

from cm_tracker.domain.fidelity.competence import MANNER, NAMES, REWARDS, is_well_enough, mean, tenths
from cm_tracker.domain.measures.tables import DAY, FLAG, INSTANT, NUMBER, NUMERAL, TENTHS
from cm_tracker.exports.export import Export, Field, in_english
from cm_tracker.forms.fidelity import QUESTIONS, SUBJECT_NAMES
from cm_tracker.i18n import marked
from cm_tracker.queries.fidelity.session_rows import OBSERVED, SessionLine
from cm_tracker.queries.fidelity.training_rows import TRAININGS

LEARNED = Export(
    name="training",
    title=marked("Training"),
    row=marked("One subject that a member of staff learned on a day. The days of the filter are days of training. A record that "
    "was withdrawn stays in the list."),
    listing=TRAININGS,
    fields=(
        Field("training", marked("Training"), NUMERAL, marked("The number of the record."), is_printed=False),
        Field("person", marked("Account"), NUMERAL, marked("The number of the account: two people may have one name."),
              is_printed=False),
        Field("name", marked("Name"), meaning=marked("Who learned it.")),
        Field("is_active", marked("Active"), FLAG, marked("Whether the account can be used."), is_printed=False),
        Field("sites", marked("Sites"), meaning=marked("Where they work, of the sites of whoever takes the list."),
              value=lambda line: "; ".join(line.sites)),
        Field("subject", marked("Subject"), meaning=marked("What was learned."), codes=in_english(SUBJECT_NAMES)),
        Field("trained_on", marked("Day"), DAY, marked("The day of the training.")),
        Field("note", marked("Note"), meaning=marked("Such as who taught it, and where the certificate is.")),
        Field("recorded_at", marked("Recorded"), INSTANT, marked("When the record was entered."), is_printed=False),
        Field("recorded_by", marked("Recorded by"), meaning=marked("Who entered it; empty for a command.")),
        Field("withdrawn_at", marked("Withdrawn"), INSTANT, marked("When somebody said that it does not hold; empty if it holds.")),
        Field("why_withdrawn", marked("Why"), meaning=marked("Why it does not hold."), is_printed=False),
    ),
)  # fmt: skip


def _tenths(line: SessionLine, group: str | None = None) -> int | None:
    found = mean(line.ratings, group)
    return None if found is None else tenths(found)


def _item(name: str) -> Field:
    title, meaning = (str(text) for text in QUESTIONS[name])
    return Field(name, title, NUMBER, meaning, "1–7", value=lambda line: line.ratings.get(name), is_printed=False)


SESSIONS = Export(
    name="observed-sessions",
    title=marked("Observed sessions"),
    row=marked("One session of a member of staff that somebody sat in on, as it was rated last. Each line is rated from 1 to 7, and "
    "empty if it was not observed. Sessions with practice clients are left out. The days of the filter are days of sessions."),
    listing=OBSERVED,
    fields=(
        Field("session", marked("Session"), NUMERAL, marked("The number of the rating."), is_printed=False),
        Field("session_on", marked("Day"), DAY, marked("The day of the session.")),
        Field("site", marked("Site"), meaning=marked("Where the session took place.")),
        Field("person", marked("Account"), NUMERAL, marked("The number of the account: two people may have one name."),
              is_printed=False),
        Field("name", marked("Name"), meaning=marked("Who led the session.")),
        *(_item(name) for name in NAMES),
        Field("rewards", marked("Results and rewards"), TENTHS, marked("The mean of the first six lines, as far as observed."), "1–7",
              value=lambda line: _tenths(line, REWARDS)),
        Field("manner", marked("How it was led"), TENTHS, marked("The mean of the last six lines, as far as observed."), "1–7",
              value=lambda line: _tenths(line, MANNER)),
        Field("mean", marked("All"), TENTHS, marked("The mean of all lines that were observed."), "1–7", value=_tenths),
        Field("is_well_enough", marked("Well enough"), FLAG, marked("Whether the mean of all lines is 4 or more."),
              value=lambda line: is_well_enough(line.ratings)),
        Field("rated_by", marked("Rated by"), meaning=marked("Who sat in; empty for a command.")),
        Field("recorded_at", marked("Recorded"), INSTANT, marked("When the rating was entered."), is_printed=False),
        Field("is_corrected", marked("Corrected"), FLAG, marked("Whether it replaced an earlier rating."), is_printed=False),
        Field("note", marked("For the person"), meaning=marked("What went well, and what to try."), is_printed=False),
    ),
)  # fmt: skip
