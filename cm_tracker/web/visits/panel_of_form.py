"""The panel on the form of a test: which one is shown, and what the form says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, request
from werkzeug.datastructures import MultiDict

from cm_tracker.db import db
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import NOT_SAID, Collection
from cm_tracker.domain.visits.panels import Panel, asked_on, needed_on, with_groups
from cm_tracker.forms.visits.marks import fill_rest, is_marked
from cm_tracker.forms.visits.visits import TestForm
from cm_tracker.queries.clients.clients import VisitPlace
from cm_tracker.queries.staff.staff import names_at_site
from cm_tracker.queries.visits.panels import panels_in_use
from cm_tracker.web.access import actor

WITHOUT = "0"
"""What the form sends where no cup is used: the specimen goes to a laboratory."""


def fields_sent() -> MultiDict[str, str]:
    """Return the fields of the form that was sent, or of the one that was kept while its session had ended."""
    kept: MultiDict[str, str] | None = g.get("kept_fields")
    return request.form if kept is None else kept


@dataclass
class PanelOfForm:
    """The panel that the form shows, and the other panels of the site. A breath test has none.

    `is_filled` says that the button was pressed that fills in a second specimen on which every strip is negative.
    `asks_again` says that a button was pressed that saves nothing: this one, the one for another panel, or the one for
    both specimens. The form then comes back with everything that was typed. `contradicts` says that all was called
    negative beside something that is marked otherwise.
    """

    track: Track
    site_id: int
    today: date
    panels: tuple[Panel, ...]
    panel: Panel | None
    names: Mapping[int, str]
    is_filled: bool = False
    asks_again: bool = False
    adds_second: bool = False
    contradicts: bool = False

    @classmethod
    def of(cls, place: VisitPlace, track: Track) -> "PanelOfForm":
        """Return the panel that was chosen on the page, or the one whose lot was taken into use last."""
        if track.evidence != "drug_test":
            return cls(track, place.site_id, place.today, (), None, {})
        panels = panels_in_use(db.session(), place.site_id, place.today)
        sent = fields_sent()
        chosen = sent.get("another_panel") or sent.get("panel_id") or request.args.get("panel_id", "")
        shown = next((one for one in panels if str(one.id) == chosen), None)
        if shown is None and chosen != WITHOUT and panels:
            shown = panels[0]
        return cls(track, place.site_id, place.today, panels, shown, names_at_site(db.session(), place.site_id))

    @property
    def strips(self) -> tuple[str, ...]:
        """The analytes of the strips of the panel."""
        return self.panel.analytes if self.panel is not None else ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The analytes that the form asks for."""
        return asked_on(self.track, self.strips) if self.track.evidence == "drug_test" else ()

    @property
    def first(self) -> frozenset[str]:
        """The analytes that the schedule needs; the others are strips that the cup has, too."""
        return needed_on(self.track, self.asked) | set(self.track.analytes)

    @property
    def is_expired(self) -> bool:
        """Whether the lot in use has expired: then nothing can be saved with this panel."""
        return self.panel is not None and self.panel.lot is not None and self.panel.lot.is_expired(self.today)

    def prepare(self, form: Any) -> None:
        """Fill in the panel and who can be chosen, and the results as the button that was pressed says."""
        sent = fields_sent()
        self.adds_second = "both" in sent
        self.asks_again = self.adds_second or "another_panel" in sent
        if not isinstance(form, TestForm) or not form.panel_id:
            return
        form.panel_id.data = WITHOUT if self.panel is None else str(self.panel.id)
        form.offer_people(self.names, actor().staff_id)
        if not form.rest:  # two specimens, or a correction
            self.is_filled = bool(form.all_negative and form.all_negative.data)
            if self.is_filled:
                form.set_all_negative()
                self.asks_again = True
        elif form.all_negative.data:
            self.contradicts = is_marked(form)
            if not self.contradicts:
                form.set_all_negative()
        elif form.is_submitted():
            fill_rest(form)

    def results(self, form: TestForm, prefix: str = "") -> dict[str, str]:
        """Return the results of a specimen of the form, with the groups that the schedule names.

        `prefix` is that of the specimen's fields.
        """
        return with_groups(self.track, form.results(prefix))

    def collection(self, form: TestForm) -> Collection:
        """Return what the form says of the panel, the lot in use on the day of the visit, and the people."""
        if not form.panel_id:
            return NOT_SAID
        panel, day = self.panel, form.happened_on.data
        if panel is not None and day not in (None, self.today):
            panels = panels_in_use(db.session(), self.site_id, day)
            panel = next((one for one in panels if self.panel and one.id == self.panel.id), None)
        return Collection(
            panel_id=panel.id if panel is not None else None,
            kit_lot_id=panel.lot.id if panel is not None and panel.lot is not None else None,
            collected_by_id=int(form.collected_by.data) if form.collected_by.data else None,
            observed=(form.observed.data or None) if form.observed else None,
            second_reader_id=int(form.second_reader.data) if form.second_reader.data else None,
        )
