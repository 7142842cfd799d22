"""Papers as PDF, where WeasyPrint is installed: the extra `pdf`, and the library Pango of the operating system.

A paper is the same HTML that the browser prints, with the stylesheet of papers alone. It loads nothing: no address in it is
ever opened.
"""

from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import escape

STYLES = ("properties.css", "paper.css")
# Where people pay in these currencies, paper is Letter; elsewhere it is A4.
LETTER = frozenset({"USD", "CAD"})


@cache
def can_make_pdf() -> bool:
    """Return whether this installation can make PDFs."""
    try:
        import weasyprint  # noqa: F401 - it is an extra, and takes a second to load
    except (ImportError, OSError):  # OSError: Pango is missing
        return False
    return True


def pdf_of(paper: str, *, title: str, language: str, currency: str, styles: Path) -> bytes:
    """Return a paper, which is HTML, as a PDF with tags for screen readers. `styles` is the folder of the stylesheets."""
    from weasyprint import CSS, HTML

    document = (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>{paper}</body></html>"
    )
    size = CSS(string=f"@page {{ size: {'letter' if currency in LETTER else 'A4'} }}")
    made: bytes = HTML(string=document, url_fetcher=_open_nothing).write_pdf(
        stylesheets=[*(CSS(filename=str(styles / name)) for name in STYLES), size], pdf_variant="pdf/ua-1"
    )
    return made


def _open_nothing(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError("a paper loads nothing")
