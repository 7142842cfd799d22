"""What would tell about fewer than five clients is hidden: small groups, what a sum would give away, and small counts."""

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.measures.small_cells import GroupRow, Row, hide_small, to_hide, told_apart
from cm_tracker.domain.measures.tables import PERCENT, TEXT, Column

COLUMNS = (
    Column("group", "Group", TEXT), Column("clients", "Clients"), Column("tests", "Tests"), Column("could", "Could"),
    Column("share", "Share", PERCENT, of="could"),
)  # fmt: skip


def people(count: int, first: int = 0) -> frozenset[int]:
    return frozenset(range(first, first + count))


def groups(*counts: int, could: tuple[int, ...] = ()) -> list[GroupRow]:
    found, first = [], 0
    for place, count in enumerate(counts):
        some = could[place] if could else count
        found.append(GroupRow((f"Group {place}", count, 100 * count, some, 500), people(count, first)))
        first += count
    return found


def everybody(of: list[GroupRow]) -> GroupRow:
    clients = frozenset[int]().union(*(one.clients for one in of))
    return GroupRow(("All", len(clients), 100 * len(clients), sum(int(str(one.row[3])) for one in of), 500), clients)


def shown(*counts: int, could: tuple[int, ...] = (), sees_clients: bool = False) -> list[Row]:
    of = groups(*counts, could=could)
    return list(hide_small(COLUMNS, of, everybody(of), sees_clients=sees_clients))


HIDDEN = ("hidden",) * 3


def test_a_small_group_and_the_next_smallest_are_hidden() -> None:
    for sees_clients in (True, False):
        assert shown(20, 3, 7, sees_clients=sees_clients) == [
            ("Group 0", 20, 2000, 20, 500),
            ("Group 1", "under 5", *HIDDEN),
            ("Group 2", "hidden", *HIDDEN),
            ("All", 30, 3000, 30, 500),
        ]


def test_small_groups_that_have_five_together_hide_each_other() -> None:
    assert [row[1] for row in shown(20, 3, 4)] == [20, "under 5", "under 5", 27]


def test_small_groups_that_have_fewer_hide_another_one() -> None:
    # Without Harbor Street, the sum tells what the two others did.
    assert [row[1] for row in shown(20, 1, 1)] == ["hidden", "under 5", "under 5", 22]
    assert [row[1] for row in shown(20, 6, 1, 1)] == [20, "hidden", "under 5", "under 5", 28]
    assert [row[1] for row in shown(1, 3)] == ["under 5", "under 5", "under 5"]


def test_one_person_in_two_small_groups_is_one_person() -> None:
    both = [
        GroupRow(("A", 3, 1, 3, 0), people(3)),
        GroupRow(("B", 3, 1, 3, 0), people(3)),
        GroupRow(("C", 9, 1, 9, 0), people(9, 3)),
    ]
    assert [row[1] for row in hide_small(COLUMNS, both, everybody(both), sees_clients=False)] == [
        "under 5", "under 5", "hidden", 12,
    ]  # fmt: skip


def test_a_lone_group_is_hidden_from_whoever_may_not_see_clients() -> None:
    assert shown(3) == [("Group 0", "under 5", *HIDDEN), ("All", "under 5", *HIDDEN)]
    assert shown(3, sees_clients=True) == [("Group 0", 3, 300, 3, 500), ("All", 3, 300, 3, 500)]
    assert shown(5)[1] == ("All", 5, 500, 5, 500)


def test_who_may_see_clients_sees_the_sum_of_few() -> None:
    assert [row[1] for row in shown(1, 2, sees_clients=True)] == ["under 5", "under 5", 3]


def test_a_share_of_a_few_is_hidden_inside_a_group() -> None:
    assert [row[3:] for row in shown(20, 30, could=(2, 0))] == [
        ("under 5", "hidden"), ("hidden", "hidden"), ("under 5", "hidden"),
    ]  # fmt: skip
    # Two of eight are hidden, and so are the six others: else the sum would tell.
    assert [row[3:] for row in shown(20, 30, 40, could=(2, 6, 12))] == [
        ("under 5", "hidden"), ("hidden", "hidden"), (12, 500), (20, 500),
    ]  # fmt: skip
    assert [row[3:] for row in shown(20, 30, could=(2, 6), sees_clients=True)] == [(2, 500), (6, 500), (8, 500)]
    assert [row[3:] for row in shown(20, 30, could=(0, 6))] == [(0, 500), (6, 500), (6, 500)]


def test_neither_a_few_nor_the_rest_of_a_count_is_shown() -> None:
    columns = (
        Column("group", "Group", TEXT), Column("clients", "Clients"), Column("tested", "Tested"),
        Column("began", "Began", of="tested"), Column("share", "Share", PERCENT, of="began"),
        Column("new", "New", of="new"),
    )  # fmt: skip

    def rows(*known: tuple[int, int, int]) -> list[Row]:
        of = [
            GroupRow((str(place), 20, *one[:2], 500, one[2]), people(20, 20 * place)) for place, one in enumerate(known)
        ]
        tested, began, new = (sum(one[part] for one in known) for part in range(3))
        everybody = GroupRow(("All", 20 * len(known), tested, began, 500, new), people(20 * len(known)))
        return [row[2:] for row in hide_small(columns, of, everybody, sees_clients=False)]

    # One of 20 did not begin, and two of 20 are new.
    assert rows((20, 19, 2)) == [(20, "hidden", "hidden", "under 5")] * 2
    assert rows((20, 20, 0), (20, 12, 6)) == [(20, 20, 500, 0), (20, 12, 500, 6), (40, 32, 500, 6)]
    # The one of the first group who did not begin is hidden with the six of the second.
    assert [row[1] for row in rows((20, 19, 0), (20, 14, 0), (20, 10, 0))] == ["hidden", "hidden", 10, 43]
    # The same groups are hidden where the column counts those who did not begin: else one of the two would tell.
    assert [row[1] for row in rows((20, 1, 0), (20, 6, 0), (20, 10, 0))] == ["under 5", "hidden", 10, 17]


def test_a_few_in_hidden_groups_take_another_group_with_them() -> None:
    assert [row[3:] for row in shown(20, 3, 4, could=(9, 1, 1))] == [
        ("hidden", "hidden"), ("hidden", "hidden"), ("hidden", "hidden"), (11, 500),
    ]  # fmt: skip


def site(name: str, count: int, first: int, could: int = 0) -> GroupRow:
    return GroupRow((name, count, 1, could, 500), people(count, first))


def told(chosen: set[int], *of_sites: GroupRow) -> frozenset[str]:
    return told_apart(COLUMNS, of_sites, chosen)


def test_some_sites_must_not_divide_those_that_are_hidden_among_all() -> None:
    harbor, mill, north = site("Harbor Street", 6, 0), site("Mill Road", 1, 50), site("North Pier", 10, 60)
    row = {"clients", "could"}
    # All sites without Harbor Street are the one client of Mill Road.
    assert told({0}, harbor, mill) == row
    assert not told({0, 1}, harbor, mill)
    # All without Harbor Street and without North Pier would be, too. Harbor Street is hidden with Mill Road, North Pier is not.
    assert [told({place}, harbor, mill, north) for place in (0, 1, 2)] == [row, row, set()]
    assert [told(two, harbor, mill, north) for two in ({0, 1}, {0, 2}, {1, 2})] == [set(), row, row]
    assert not told({0}, harbor, site("Mill Road", 0, 50))
    assert not told({0}, harbor, site("Mill Road", 5, 50))


def test_some_sites_must_not_tell_the_share_of_a_few_at_the_others() -> None:
    # Two of the eight of Mill Road could last twelve weeks.
    harbor, mill = site("Harbor Street", 20, 0, could=9), site("Mill Road", 8, 50, could=2)
    assert told({0}, harbor, mill) == {"could"}
    of = [GroupRow(harbor.row, harbor.clients, frozenset({"could"}))]
    assert [row[1:] for row in hide_small(COLUMNS, of, of[0], sees_clients=False)] == [
        (20, 1, "hidden", "hidden"), (20, 1, "hidden", "hidden"),
    ]  # fmt: skip


def test_what_the_other_sites_would_tell_is_hidden() -> None:
    of = [GroupRow(("Harbor Street", 20, 1, 20, 500), people(20), frozenset({"clients"}))]
    assert [row[1] for row in hide_small(COLUMNS, of, of[0], sees_clients=False)] == ["hidden", "hidden"]
    many = [GroupRow(("Harbor Street", 20, 1, 20, 500), people(20))]
    assert [row[1] for row in hide_small(COLUMNS, many, many[0], sees_clients=False)] == [20, 20]


def test_one_hidden_row_is_not_worked_out_of_the_sum() -> None:
    english = GroupRow(("en", 6, 1, 6, 500), people(6), frozenset({"clients"}))
    spanish = GroupRow(("es", 7, 1, 7, 500), people(7, 10))
    total = GroupRow(("All", 13, 2, 13, 500), people(6) | people(7, 10))
    assert [row[1] for row in hide_small(COLUMNS, [english, spanish], total, sees_clients=False)] == [
        "hidden", "hidden", 13,
    ]  # fmt: skip
    alone = GroupRow(("All", 6, 1, 6, 500), people(6))
    assert [row[1] for row in hide_small(COLUMNS, [english], alone, sees_clients=False)] == ["hidden", "hidden"]


@given(st.lists(st.integers(1, 12), max_size=6))
def test_hidden_groups_have_five_together_or_nothing_but_the_sum_is_shown(counts: list[int]) -> None:
    rows = shown(*counts)[:-1]
    hidden = [count for count, row in zip(counts, rows, strict=True) if not isinstance(row[1], int)]
    assert not hidden or sum(hidden) >= 5 or len(hidden) == len(counts)
    assert all(not isinstance(row[1], int) for count, row in zip(counts, rows, strict=True) if count < 5)


def test_weeks_are_hidden_by_their_clients() -> None:
    assert to_hide([people(9), people(2), people(6)]) == {1, 2}
    assert to_hide([people(9), people(9)]) == frozenset()
