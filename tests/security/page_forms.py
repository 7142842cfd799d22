"""The forms of a page, as a browser reads them: every field with its kind, what stands in it, and its choices."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import Any

from cm_tracker.queries.schedules.presets import preset
from tests import cast

# What somebody types into an empty field.
BY_KIND = {"date": "2026-03-16", "time": "09:30", "number": "1", "password": cast.PASSWORD}
BY_NAME = {
    "pin": cast.PIN, "price": "5.00", "retail": "5.00", "amount": "5", "code": "HS-1", "on": "2026-03-16", "happened_on": "2026-03-16",
    "document": json.dumps(preset("higgins-voucher")),
}  # fmt: skip


@dataclass
class Field:
    """A field of a form. Buttons, boxes and radio buttons are sent only where they are pressed or marked."""

    name: str
    kind: str
    value: str
    is_sent: bool = True

    def typed(self) -> str:
        """Return what stands in a field of text, or what somebody types into an empty one."""
        if self.value or self.kind == "hidden":
            return self.value
        return BY_NAME.get(self.name) or BY_KIND.get(self.kind, "Found a coat")


@dataclass
class PageForm:
    """A form: where it is sent, how, and its fields in order."""

    action: str
    method: str = "post"
    is_multipart: bool = False
    fields: list[Field] = field(default_factory=list)

    @property
    def token(self) -> str:
        """Return the token without which the program does not take the form."""
        return next((one.value for one in self.fields if one.name == "csrf_token"), "")

    def filled(self, pick: int) -> list[tuple[str, str]]:
        """Return what is sent by somebody who fills in what is empty, chooses by a number, and presses one button.

        With 0 they choose nothing: what the page has chosen stays.
        """
        pairs = []
        buttons = [one for one in self.fields if one.kind == "submit"]
        by_name = groupby((one for one in self.fields if one.kind != "submit"), key=lambda one: (one.name, one.kind))
        for number, ((name, kind), group) in enumerate(by_name, 1):
            fields = list(group)
            if kind in ("option", "radio"):
                chosen = next((one for one in fields if one.is_sent), fields[0])
                pairs.append((name, (fields[pick // number % len(fields)] if pick else chosen).value))
            elif kind == "checkbox":
                pairs += [(name, one.value) for n, one in enumerate(fields) if one.is_sent or pick // number >> n & 1]
            elif name != "csrf_token":
                pairs += [(name, one.typed()) for one in fields]
        return pairs + [(one.name, one.value) for one in buttons[pick % len(buttons) :][:1]] if buttons else pairs


class PageForms(HTMLParser):
    """Reads the forms of a page. What is written in a `textarea` is its value, and so is the chosen option of a `select`."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[PageForm] = []
        self._form: PageForm | None = None
        self._select = ""
        self._text: Field | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read the beginning of a form or of a field."""
        of: dict[str, Any] = dict(attrs)
        if tag == "form":
            is_multipart = of.get("enctype") == "multipart/form-data"
            self._form = PageForm(of.get("action") or self.path, (of.get("method") or "get").lower(), is_multipart)
            self.found.append(self._form)
        elif self._form is None:
            return
        elif tag == "select":
            self._select = of.get("name") or ""
        elif tag == "option" and self._select:
            self._add(self._select, "option", of.get("value") or "", "selected" in of)
        elif of.get("name") and tag in ("input", "button", "textarea"):
            kind = "textarea" if tag == "textarea" else of.get("type") or ("submit" if tag == "button" else "text")
            is_sent = "checked" in of if kind in ("radio", "checkbox") else kind != "submit"
            self._text = self._add(of["name"], kind, of.get("value") or "", is_sent)

    def handle_data(self, data: str) -> None:
        """Read what is written in a `textarea`."""
        if self._text is not None and self._text.kind == "textarea":
            self._text.value += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a form or a field."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = None

    def _add(self, name: str, kind: str, value: str, is_sent: bool) -> Field:
        assert self._form is not None
        self._form.fields.append(Field(name, kind, value, is_sent))
        return self._form.fields[-1]
