"""The package as the architecture tests see it: its layers, its feature areas, and who imports whom."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "cm_tracker"

# The one list of feature areas; `docs/architecture.md` says what each holds.
AREAS = (
    "clients", "visits", "day", "goals", "schedules", "ledger", "prizes", "funding", "kiosk", "fidelity", "measures", "reports", "staff",
    "audit", "imports", "upkeep",
)  # fmt: skip
LAYERS = ("domain", "models", "operations", "queries", "forms", "web")
STEPS = "cm_tracker.operations.steps"


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the package by its dotted name; a package is named without `__init__`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            for alias in node.names:
                submodule = f"{module}.{alias.name}"
                found.add(submodule if submodule in modules() or module == "cm_tracker" else module)
    return found


@cache
def graph() -> Mapping[str, frozenset[str]]:
    """Which modules of the package each module imports."""
    return {
        name: frozenset(other for other in imports(path) if other in modules() and other != name)
        for name, path in modules().items()
    }


def circles(edges: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The groups of nodes that reach one another: Tarjan's strongly connected components."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        numbers[node] = lowest[node] = len(numbers)
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in numbers:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], numbers[other])
        if lowest[node] == numbers[node]:
            at = stack.index(node)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(edges):
        if node not in numbers:
            visit(node)
    return found


def area_of(name: str) -> str | None:
    """The feature area of a module, or None for one that stands beside the areas of its layer."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 and parts[1] in LAYERS and parts[2] in AREAS else None
