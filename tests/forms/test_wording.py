"""Every sentence that a form can show is ours, and no text that somebody types hides a character."""

from importlib.resources import files

from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.datastructures import MultiDict

from cm_tracker.forms.clients.clients import ClientForm
from cm_tracker.forms.ledger.adjustments import AdjustmentForm
from cm_tracker.forms.wording import NOT_ASKED, SENTENCES


def test_every_sentence_of_wtforms_has_one_of_ours() -> None:
    with files("wtforms").joinpath("locale/wtforms.pot").open("rb") as file:
        catalog = read_po(file)
    theirs = {text for one in catalog if one.id for text in ((one.id,) if isinstance(one.id, str) else one.id)}
    # The catalog is behind the library here.
    theirs |= {"Not a valid float value."}
    assert theirs == SENTENCES.keys() | NOT_ASKED


def test_a_value_that_is_no_choice_is_refused_in_our_words(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = AdjustmentForm(MultiDict({"unit": "cars", "amount": "x"}), meta={"csrf": False})
        form.validate()
        said = [error for field in form for error in field.errors]
    assert "Choose one from the list." in said
    assert not [one for one in said if "valid" in one.lower()]


def test_a_name_with_hidden_characters_is_refused_at_its_field(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = ClientForm(MultiDict({"preferred_name": "A\u202emir"}), meta={"csrf": False})
        form.site_id.choices = form.language.choices = []
        assert not form.validate()
        assert form.preferred_name.errors == [
            "This has hidden characters in it, as copied text can have. Type it anew."
        ]
