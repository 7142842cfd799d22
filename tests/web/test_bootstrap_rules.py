"""Which rules of Bootstrap's stylesheet are taken."""

from cm_tracker.web.bootstrap_rules import bootstrap, reduced

CLASSES = frozenset({"btn", "small"})


def test_a_rule_is_taken_if_the_pages_have_all_of_its_classes() -> None:
    sheet = "p{margin:0}.btn{color:red}.btn.small{top:0}.card{top:1px}.btn .card{top:2px}.card .btn{top:3px}"
    assert reduced(sheet, CLASSES) == "p{margin:0}.btn{color:red}.btn.small{top:0}"


def test_of_several_selectors_those_that_can_match_are_taken() -> None:
    assert reduced(".lead,.small,small{top:0}", CLASSES) == ".small,small{top:0}"


def test_a_class_that_must_not_be_there_is_not_needed() -> None:
    sheet = ":not(.card)+.btn:active{top:0}.small:not(.lead){top:1px}"
    assert reduced(sheet, CLASSES) == sheet


def test_rules_for_the_dark_colors_and_the_scripts_of_bootstrap_are_left_out() -> None:
    assert reduced(":root,[data-bs-theme=light]{top:0}[data-bs-theme=dark]{top:1px}", CLASSES) == ":root{top:0}"


def test_a_media_query_without_a_rule_is_left_out_with_it() -> None:
    sheet = "@media print{.card{top:0}}@media (min-width:1px){.btn{top:0}.card{top:0}}.small{top:0}"
    assert reduced(sheet, CLASSES) == "@media (min-width:1px){.btn{top:0}}.small{top:0}"


def test_animations_and_the_character_set_are_left_out() -> None:
    sheet = '@charset "UTF-8";@keyframes spin{0%{top:0}to{top:1px}}.btn{top:0}'
    assert reduced(sheet, CLASSES) == ".btn{top:0}"


def test_properties_that_nothing_reads_are_left_out() -> None:
    sheet = ":root{--bs-a:1px;--bs-b:var(--bs-c);--bs-c:2px;--bs-d:var(--bs-a)}.btn{top:var(--bs-d)}"
    assert reduced(sheet, CLASSES) == ":root{--bs-a:1px;--bs-d:var(--bs-a)}.btn{top:var(--bs-d)}"


def test_the_notice_of_the_license_stays_and_other_comments_go() -> None:
    assert reduced("/*! MIT */.btn{top:0}/* why */.card{top:0}", CLASSES) == "/*! MIT */.btn{top:0}"


def test_of_the_installed_bootstrap_a_small_part_is_taken() -> None:
    sheet = bootstrap()
    assert 8_000 < len(sheet) < 20_000
    assert sheet.count("{") == sheet.count("}")
    assert sheet.startswith("/*!") and "Licensed under MIT" in sheet
    for rule in (
        ".btn{",
        ".form-control{",
        ".visually-hidden",
        "[hidden]{display:none!important}",
        "@media (min-width:1200px){h1{",
    ):
        assert rule in sheet, rule
    for word in ("modal", "navbar", "data-bs", "keyframes"):
        assert word not in sheet, word
