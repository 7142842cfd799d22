"""Keep the pages that tests see, in the folder that `KEEP_PAGES` names: `tests.html` checks them. Usually none is kept."""

import hashlib
import os
import re
from pathlib import Path

from flask import Flask, Response, request


def keep_pages(app: Flask) -> None:
    """Write each page that the application sends into the folder. Pages that differ only in their numbers are kept once."""
    folder = os.environ.get("KEEP_PAGES")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)

    def keep(response: Response) -> Response:
        text = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        # What a script puts into a page is none.
        if "<!doctype" in text:
            page = re.sub(r'(name="(?:csrf_token|key|kept)"[^>]*value=")[^"]*', r"\1", text)
            digest = hashlib.sha256(re.sub(r"\d+", "0", page).encode()).hexdigest()[:12]
            path = Path(folder) / f"{request.endpoint or 'nothing'}-{digest}.html"
            if not path.exists():
                path.write_text(text, encoding="utf-8")
        return response

    # The last of all functions: what a page becomes behind it is kept, too.
    app.after_request_funcs.setdefault(None, []).insert(0, keep)
