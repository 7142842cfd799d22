"""A list as a file, or as a page to print, with the same lines as its page: `docs/recipes/list-with-csv.md`.

A CSV file is sent batch by batch while it is read. A workbook is written to the disk before it is sent. Neither needs more
memory for a longer list, or a long transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from flask import Response, render_template
from flask_login import current_user

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.audit.downloads import CSV, PRINT
from cm_tracker.domain.measures.tables import DAY, INSTANT, MINUTES, MONEY, NUMBER, Cell, Column
from cm_tracker.exports.export import Chosen, Export, columns_in, facts, rows_in, too_many
from cm_tracker.forms.base import ChoiceFilterForm, choices
from cm_tracker.i18n import currency, gettext, lazy, using_currency, using_language
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.staff.sites import site_of, sites_of, zone_of_list
from cm_tracker.report_files import shown
from cm_tracker.spreadsheets import XLSX, Sheets, csv_chunks, xlsx_chunks
from cm_tracker.web.access import actor

Answer = Response | str | tuple[str, int]
# What stands at the right of its column on paper.
_NUMBERS = (NUMBER, MONEY, MINUTES)


def offer_sites(form: ChoiceFilterForm, everywhere: str = lazy("All my sites")) -> None:
    """Give a filter the sites of whoever is signed in."""
    sites = sites_of(db.session(), actor())
    form["site_id"].choices = choices([("", everywhere), *((str(site.id), site.name) for site in sites)])


def common_filter(form: ChoiceFilterForm) -> dict[str, Any]:
    """Return the fields of `ListFilter`, which the filter of every list has, as somebody chose them."""
    site_id = form.chosen_id("site_id")
    return {
        "site_id": site_id,
        "client_code": (form.chosen("client_code") or "") if "client_code" in form else "",
        "since": form.chosen("since"),
        "until": form.chosen("until"),
        "time_zone": zone_of_list(db.session(), actor(), site_id),
    }


def send_list(
    export: Export,
    way: str,
    form: ChoiceFilterForm,
    chosen: Chosen,
    page: Callable[[], str],
    *,
    narrowed_by: str = "since",
) -> Answer:
    """Answer with a list in one of `WAYS`, or with its `page` where the filter is wrong or matches too many lines.

    The audit trail says who takes it out, before the first byte is sent. `narrowed_by` is the field of the form that
    would make a list shorter.
    """
    if not form.errors and (problem := too_many(export, actor(), chosen, way)) is not None:
        form[narrowed_by].errors = [problem]
    if form.errors:
        return page(), 422
    who, now = actor(), clock.now()
    note_download(
        db.session(),
        list_name=export.name,
        site_id=chosen.site_id,
        since=chosen.since,
        until=chosen.until,
        actor=who,
        now=now,
        way=way,
    )
    if way == PRINT:
        return _printed(export.printed(), chosen)
    columns, rows = columns_in(export, chosen.time_zone), rows_in(export, who, chosen)
    name = f"{export.name}-{_days(chosen) or clock.day_at(now, chosen.time_zone)}"
    if way == CSV:
        return csv_file(name, columns, rows)
    with using_language("en"):
        sheets = Sheets("List", "Codebook", facts(export, chosen, _site_name(chosen), now))
    return xlsx_file(name, columns, rows, sheets)


def csv_file(name: str, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]], *, remark: str = "") -> Response:
    """Return a download named `name`.csv. The rows are read while it is sent. A `remark` is a last line of one cell."""
    return _download(csv_chunks(columns, rows, is_marked=True, remark=remark), f"{name}.csv", "text/csv")


def xlsx_file(name: str, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]], sheets: Sheets) -> Response:
    """Return a download named `name`.xlsx. The rows are read before the first byte is sent."""
    return _download(xlsx_chunks(columns, rows, sheets), f"{name}.xlsx", XLSX)


def whole_file(chunks: Iterator[bytes], file_name: str, mimetype: str) -> Response:
    """Return a download that is made, in English, before its first byte is sent."""
    return _download(chunks, file_name, mimetype)


def _download(chunks: Iterator[bytes], file_name: str, mimetype: str) -> Response:
    response = Response(_in_english(chunks, currency()), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _in_english(chunks: Iterator[bytes], code: str) -> Iterator[bytes]:
    """Yield the chunks of a file. It is in English for everybody.

    The request has ended when they are made: their amounts are in its currency.
    """
    while True:
        with using_currency(code), using_language("en"):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


def _days(chosen: Chosen) -> str:
    """Return the days of a filter for the name of a file, or an empty text where a side is open."""
    return f"{chosen.since}-{chosen.until}" if chosen.since and chosen.until else ""


def _site_name(chosen: Chosen) -> str | None:
    return None if chosen.site_id is None else site_of(db.session(), actor(), chosen.site_id).name


def _printed(export: Export, chosen: Chosen) -> str:
    columns = columns_in(export, chosen.time_zone)
    named = replace(export, fields=tuple(replace(field, title=gettext(field.title)) for field in export.fields))
    titled = columns_in(named, chosen.time_zone)
    return render_template(
        "reports/printed_list.html",
        export=export,
        chosen=chosen,
        site_name=_site_name(chosen),
        columns=columns,
        heads=[(column.title, "right") if column.kind in _NUMBERS else column.title for column in titled],
        numbers=_NUMBERS,
        unbroken=[column.name for column in columns if column.kind in (DAY, INSTANT) or column.name == "client_code"],
        rows=list(rows_in(export, actor(), chosen)),
        words={
            field.name: {code: labels.reports.word(says) for code, says in field.codes}
            for field in export.fields
            if field.codes
        },
        shown=shown,
        printed_by=current_user.person.display_name,
        printed_at=clock.now(),
    )
