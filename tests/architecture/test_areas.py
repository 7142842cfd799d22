"""Feature areas: the same folders in every layer, and imports that run one way."""

import re

import pytest

from cm_tracker.web.blueprints import BLUEPRINTS
from tests.architecture.package import AREAS, LAYERS, PACKAGE, ROOT, STEPS, area_of, circles, graph, modules

# What stands in a layer beside the areas, because every area uses it.
BESIDE = {
    "domain": {
        "days",
        "errors",
        "health",
        "languages",
        "money",
        "phrases",
        "simulation",
        "stored_phrases",
        "tries",
        "typed_codes",
        "unseen",
    },
    "models": {"encrypted", "idempotency", "records", "sealed", "watched"},
    "operations": {"steps"},
    "queries": {"health", "idempotency", "installation", "paging", "practice", "raw_rows", "views"},
    "forms": {"base", "styleguide", "wording"},
    "web": {
        "access",
        "blueprints",
        "bootstrap_rules",
        "challenges",
        "list_files",
        "form_answers",
        "headers",
        "health",
        "installation",
        "kept_forms",
        "last_resort",
        "metrics",
        "navigation",
        "papers",
        "practice",
        "proof_page",
        "qr_codes",
        "record_pages",
        "refusals",
        "request_log",
        "static_files",
        "styleguide",
        "view_log",
        "viewings",
        "whole_requests",
    },
}


@pytest.mark.parametrize("layer", LAYERS)
def test_every_module_of_a_layer_belongs_to_a_feature_area(layer: str) -> None:
    there = {path.stem if path.is_file() else path.name for path in (PACKAGE / layer).iterdir()}
    assert there - {"__init__", "__pycache__"} <= set(AREAS) | BESIDE[layer]


@pytest.mark.parametrize("layer", LAYERS)
def test_what_stands_beside_the_areas_is_there(layer: str) -> None:
    there = {path.stem if path.is_file() else path.name for path in (PACKAGE / layer).iterdir()}
    assert BESIDE[layer] <= there


def test_templates_lie_in_the_folders_of_the_areas() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    # What clients take along is a folder of its own, because all of it is in their language.
    assert folders <= set(AREAS) | {"papers"}
    assert len(folders) > 6


@pytest.mark.parametrize("layer", ["domain", "operations", "queries", "web"])
def test_tests_lie_in_the_folders_of_the_areas(layer: str) -> None:
    folders = {path.name for path in (ROOT / "tests" / layer).iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders <= set(AREAS) | {"steps"}
    assert folders


def test_no_two_modules_import_each_other() -> None:
    assert circles(graph()) == []


@pytest.mark.parametrize("layer", LAYERS)
def test_the_areas_of_a_layer_import_one_another_in_one_direction(layer: str) -> None:
    edges: dict[str, frozenset[str]] = {}
    for name, others in graph().items():
        area = area_of(name)
        if area is not None and name.split(".")[1] == layer:
            reached = {area_of(other) for other in others if other.split(".")[1] == layer}
            edges[area] = edges.get(area, frozenset()) | {other for other in reached if other and other != area}
    assert circles(edges) == []


def test_circles_are_found() -> None:
    edges = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert circles(edges) == [["a", "b", "c"]]
    assert circles({"a": frozenset("b"), "b": frozenset("c")}) == []


OPERATIONS = [name for name in modules() if name.startswith("cm_tracker.operations.") and area_of(name)]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_never_calls_another_operation(name: str) -> None:
    assert [other for other in graph()[name] if other in OPERATIONS] == []


@pytest.mark.parametrize("name", [name for name in modules() if name.startswith(f"{STEPS}.")])
def test_a_step_runs_in_the_transaction_of_its_caller(name: str) -> None:
    assert [other for other in graph()[name] if other in OPERATIONS] == []
    text = modules()[name].read_text(encoding="utf-8")
    assert not re.search(
        r"one_transaction\b(?!`)|\.commit\(|\.rollback\(", re.sub(r'""".*?"""|#.*', "", text, flags=re.S)
    )


def test_one_list_registers_every_blueprint() -> None:
    listed = {blueprint.import_name for blueprint in BLUEPRINTS}
    made = {
        name
        for name, path in modules().items()
        if name.startswith("cm_tracker.web.") and " = Blueprint(" in path.read_text(encoding="utf-8")
    }
    assert listed == made
    assert len(BLUEPRINTS) == len(made)
