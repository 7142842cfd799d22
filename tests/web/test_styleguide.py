"""The page of components: only a demonstration has it, and it leaves no component out."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.architecture.package import ROOT
from tests.web.checklist import check
from tests.web.conftest import Person, text

COMPONENTS = (ROOT / "templates" / "_components.html").read_text(encoding="utf-8")
# What other components are built of, and no page uses itself.
INNER = {"row_state"}


@pytest.mark.parametrize("username", ["rosa", "miriam", "grace", "sam"])
def test_a_clinic_has_no_page_of_components(person: Callable[..., Person], username: str) -> None:
    answer = person(username).get("/styleguide")
    assert answer.status_code == 404
    assert "This page does not exist" in text(answer)


def test_everybody_who_is_signed_in_to_a_demonstration_has_it(app: Flask, person: Callable[..., Person]) -> None:
    app.config["DEMONSTRATION"] = True
    check(person, "/styleguide", allowed=["rosa", "miriam", "grace", "sam"])


def test_every_component_stands_on_the_page() -> None:
    page = (ROOT / "templates" / "styleguide.html").read_text(encoding="utf-8")
    components = set(re.findall(r"{% macro (\w+)\(", COMPONENTS))
    assert len(components) > 20
    assert {name for name in components - INNER if f"ui.{name}(" not in page} == set()


def test_every_drawing_stands_on_the_page(app: Flask, rosa: Person) -> None:
    app.config["DEMONSTRATION"] = True
    page = rosa.get("/styleguide").get_data(as_text=True)
    lines = re.findall(r'^  "\w+": \("([^"]+)"', COMPONENTS, re.M)
    assert len(lines) == 16, "of 18 drawings two are a ring without lines"
    assert [drawing for drawing in lines if drawing not in page] == []
    assert 'class="dot"' in page and 'class="dashed"' in page
