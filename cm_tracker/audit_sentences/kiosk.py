"""The sentences about what clients say at the kiosk, and what staff answer. None tells what was asked or answered."""

from cm_tracker.audit_sentences.words import Sentence, client, client_first, who
from cm_tracker.queries.audit.trail import AuditLine


def by_client(did: str) -> Sentence:
    """Return the sentence of something that a client did at the kiosk."""
    return lambda line: f"{client_first(line)} {did} at the kiosk."


def by_staff(did: str, rest: str = "") -> Sentence:
    """Return the sentence of what staff did about something that a client said at the kiosk."""

    def sentence(line: AuditLine) -> str:
        return f"{' '.join(part for part in (who(line), did, client(line), rest) if part)}."

    return sentence
