"""What a recipe of docs/architecture.md touches and is easily forgotten: each forgotten place fails here."""

import ast

from cm_tracker.forms.schedules import second_format
from cm_tracker.forms.schedules.drafts import BLANK, PHASE, TRACK, document_from
from tests.architecture.package import PACKAGE, ROOT


def known_keys() -> dict[str, set[str]]:
    """The keys that the check of a schedule document knows, by the method that asks for them."""
    tree = ast.parse((PACKAGE / "domain" / "schedules" / "check.py").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for method in ast.walk(tree):
        if isinstance(method, ast.FunctionDef):
            for call in ast.walk(method):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "keys":
                    given = [*call.args, *(keyword.value for keyword in call.keywords)]
                    texts = [
                        each.value
                        for arg in given
                        for each in ast.walk(arg)
                        if isinstance(each, ast.Constant) and not str(each.value).startswith(".")
                    ]
                    words = {word for text in texts for word in str(text).split()}
                    found.setdefault(method.name, set()).update(words)
    return found


KNOWN = known_keys()


def test_the_keys_of_a_schedule_document_are_found() -> None:
    assert {"point_value_cents", "bowl", "ceilings"} <= KNOWN["document"]
    assert {"behavior", "min_hours_between"} <= KNOWN["track"]
    assert {"weeks", "carry_level"} <= KNOWN["phase"]
    assert KNOWN["slip"] == {"tier", "count", "cents"}


def test_every_key_of_a_schedule_document_is_explained_in_its_guide() -> None:
    guide = (ROOT / "docs" / "schedules.md").read_text(encoding="utf-8")
    missing = [key for keys in KNOWN.values() for key in sorted(keys) if key not in guide]
    assert missing == []


def test_the_form_of_a_schedule_keeps_every_key() -> None:
    """A key that the form does not have is lost as soon as a lead saves the draft."""
    sent = {"tracks.count": "1", "tracks[0].phases.count": "1"}
    made = document_from(sent, {})
    track = made["tracks"][0]
    assert (set(made), set(track), set(track["phases"][0])) == (set(BLANK), set(TRACK), set(PHASE))
    # With every key of the second format.
    sent |= {"currency": "GBP", "tracks[0].reset_to.drop": "2", "tracks[0].reading.unit": "ppm"}
    sent |= {f"tracks[0].{key}": "7" for key in second_format.TRACK}
    sent |= {f"tracks[0].phases[0].{key}": "7" for key in second_format.PHASE}
    sent |= {f"tracks[0].phases[0].{key}": "true" for key in ("has_own_resets", "pays_nothing")}
    sent |= {"tracks[0].phases[0].reading.unit": "ppm", "tracks[0].phases[0].cap": "7"}
    sent |= {"tracks[0].phases[0].base": "7", "tracks[0].phases[0].step": "7"}
    made = document_from(sent, {})
    track = made["tracks"][0]
    assert set(made) == KNOWN["document"]
    assert set(track) == KNOWN["track"]
    # `phase` also asks for the keys of its bonus.
    assert set(track["phases"][0]) == KNOWN["phase"] - {"every", "amount"}
