"""What clients take along: on the page of staff in two languages, and as PDF."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from tests import cast
from tests.redeeming import redeem_at_once
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]
PAPERS = {
    "/clients/1/statement": "Lo que usted ganó y usó",
    "/clients/1/viewings/print": "Quién ha visto su expediente",
    "/clients/1/disclosures/print": "Lo que dijimos a otros sobre usted",
    "/enrollments/1/week/print": "esta es su semana",
    "/enrollments/1/agreement": "Nuestro acuerdo",
    "/redemptions/1/paper": "Recibo 1",
}


def in_spanish(given: Given) -> None:
    given(change_client, client_id=cast.AMIR, preferred_name="Amir", language="es", shown="", actor=cast.rosa,
          now=cast.NOW)  # fmt: skip


@pytest.fixture
def amir(given: Given) -> None:
    """Amir reads Spanish, and has earned, chosen and planned something."""
    given(cast.rich)
    given(redeem_at_once)
    in_spanish(given)


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


@pytest.mark.parametrize("path", PAPERS)
def test_a_paper_is_in_the_clients_language_and_the_page_around_it_is_not(
    miriam: Person, amir: None, path: str
) -> None:
    page = miriam.get(path).get_data(as_text=True)
    around, _, paper = page.partition('<article class="paper')
    assert PAPERS[path] in paper and '<html lang="en">' in around and "HS-1, in Español" in text(miriam.get(path))
    assert 'lang="es"' in paper.partition(">")[0] and "Impreso por Miriam" in paper


@pytest.mark.parametrize("path", PAPERS)
def test_a_paper_is_a_pdf_with_numbered_pages_that_says_who_printed_it(miriam: Person, amir: None, path: str) -> None:
    assert f'href="{path}?as=pdf"' in miriam.get(path).get_data(as_text=True)
    answer = miriam.get(f"{path}?as=pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == "inline; filename=HS-1.pdf"
    found = pages(answer.data)
    assert PAPERS[path] in found[0] and "Impreso por Miriam: 16 mar 2026" in found[-1]
    assert [page[-len(f"{n} / {len(found)}") :] for n, page in enumerate(found, 1)] == [
        f"{n} / {len(found)}" for n in range(1, len(found) + 1)
    ]
    reader = PdfReader(BytesIO(answer.data))
    assert reader.metadata is not None and reader.metadata.title == "HS-1"
    assert reader.pages[0].mediabox.width == 612, "where people pay in dollars, paper is Letter"
    assert "Menu" not in found[0] and "Sign out" not in found[0] and "PDF" not in found[0]


def test_a_long_paper_goes_on_on_further_pages_with_its_head(miriam: Person, given: Given) -> None:
    given(cast.rich)
    for _ in range(25):
        redemption = given(redeem_at_once)
        given(
            undo_redemption, redemption_id=redemption, is_back=True, reason="Broken", key=cast.key(), actor=cast.miriam,
            now=cast.NOW,
        )  # fmt: skip
    found = pages(miriam.get("/clients/1/statement?since=2026-03-02&as=pdf").data)
    assert len(found) > 1 and all("What for" in page for page in found[:2])


@pytest.mark.parametrize("name", ["endpoint", "_external", "_scheme", "_method", "client_id"])
def test_the_address_of_the_pdf_is_that_of_the_page_whatever_stands_in_it(miriam: Person, name: str) -> None:
    answer = miriam.get(f"/clients/1/statement?{name}=x%22")
    assert answer.status_code == 200
    assert f'href="/clients/1/statement?{name}=x%22&amp;as=pdf"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("wanted", ["", "doc", "pdf2"])
def test_another_form_of_a_paper_is_not_found(miriam: Person, wanted: str) -> None:
    assert miriam.get(f"/clients/1/statement?as={wanted}").status_code == 404


def test_a_receipt_for_the_client_passes_the_checklist(person: Callable[..., Person], given: Given) -> None:
    given(cast.rich)
    given(redeem_at_once)
    path = "/redemptions/1/paper"
    check(person, path, allowed=("rosa", "miriam"), unknown="/redemptions/99/paper", elsewhere=path)
