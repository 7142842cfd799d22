"""Which names may be of one person. Both tables are typed by hand."""

import pytest

from cm_tracker.domain.clients import sounding
from cm_tracker.domain.clients.sounding import may_be_one, shown_as, sounds_of


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Try the rules in every test, and not what an earlier test remembered."""
    sounds_of.cache_clear()
    sounding._word.cache_clear()


def alike(one: str, other: str) -> bool:
    return may_be_one(sounds_of(one), sounds_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The same, written differently.
        ("Ines", "Inés"),
        ("INÉS", "ines"),
        ("Nuñez", "Nunez"),
        ("O'Brien", "OBrien"),
        ("Zoë", "Zoe"),
        # Sounds alike in English.
        ("Jon", "John"),
        ("Catherine", "Katherine"),
        ("Catherine", "Kathryn"),
        ("Steven", "Stephen"),
        ("Sara", "Sarah"),
        ("Brian", "Bryan"),
        ("Geoffrey", "Jeffrey"),
        ("Thomas", "Tomas"),
        ("Thompson", "Thomson"),
        ("Meyer", "Meier"),
        ("Smith", "Smyth"),
        ("Wright", "Right"),
        ("Leigh", "Lee"),
        ("Nicholas", "Nicolas"),
        ("Christopher", "Kristofer"),
        ("Michael", "Mikael"),
        ("Philip", "Filip"),
        ("Allen", "Alan"),
        ("Nixon", "Nickson"),
        ("Sean Nash", "Nash, Sean"),
        ("Van", "van"),
        ("Dhana", "Dana"),
        # The vowels between count no more than what they leave doubled.
        ("Barberera", "Barbera"),
        ("Maria", "Mara"),
        # Sounds alike in Spanish.
        ("Gonzalez", "Gonzales"),
        ("Hernández", "Ernandes"),
        ("Valdez", "Baldes"),
        ("Esteban", "Estevan"),
        ("Jiménez", "Giménez"),
        ("Jiménez", "Ximénez"),
        ("Javier", "Xavier"),
        ("Héctor", "Ector"),
        ("Yolanda", "Iolanda"),
        ("Vázquez", "Vasquez"),
        ("Rodríguez", "Rodrigues"),
        ("Cecilia", "Sesilia"),
        ("Quique", "Kike"),
        # More than one word.
        ("Ines Garcia", "Garcia Inés"),
        ("Jon Smith", "Smyth John"),
        ("Maria Garcia", "María García López"),
        ("Ana de la Cruz", "Ana Cruz"),
        ("Mary-Ann Lee", "Mary Ann Leigh"),
        ("Garcia, Ines", "Ines Garcia"),
        ("Maria Lopez Garcia", "Garcia Lopez"),
    ],
)
def test_names_that_may_be_of_one_person(one: str, other: str) -> None:
    assert alike(one, other) and alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amir", "Bea"),
        ("John", "Jane"),
        ("María", "Mario"),
        ("María", "Mary"),
        ("Mario", "Mary"),
        ("Maria", "Mark"),
        ("Carlos", "Carla"),
        ("Peter", "Pedro"),
        ("Anna", "Amy"),
        ("Steven", "Susan"),
        ("Garcia", "Gomez"),
        ("Lopez", "Perez"),
        ("Dash", "Dax"),
        ("Ines Garcia", "Ines Gomez"),
        ("Ines Garcia", "Rosa Garcia"),
        # One word says too little about a name of two.
        ("Maria", "María García"),
        ("Garcia Garcia", "Garcia Lopez"),
        ("", ""),
        ("", "Amir"),
        ("-", "-"),
    ],
)
def test_names_of_two_people(one: str, other: str) -> None:
    assert not alike(one, other) and not alike(other, one)


def test_clients_that_a_form_has_shown_stand_in_it_by_their_ids_in_order() -> None:
    assert shown_as([12, 3, 7]) == "3,7,12"
    assert shown_as([]) == ""
    assert len(shown_as(range(1000, 1200))) == 400
