"""The people and the databases of the other tests."""

from tests.web.conftest import given, miriam, person, rosa, statements

__all__ = ["given", "miriam", "person", "rosa", "statements"]
