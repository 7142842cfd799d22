"""Rows as the driver gives them: for walks over the whole log, where a mapped row would cost more than its check."""

from typing import Any

from sqlalchemy.orm import Session


def raw_rows(session: Session, statement: str) -> list[Any]:
    """The rows of a plain statement, as tuples, in the session's own transaction.

    The statement holds no values but whole numbers that the caller formatted as such.
    """
    connection = session.connection()
    driver = connection.connection.driver_connection
    assert driver is not None, "a session in a transaction has its connection"
    # psycopg hands bytes over in binary; as text every one of them would be decoded from hex.
    cursor = driver.cursor(binary=True) if connection.dialect.name == "postgresql" else driver.cursor()
    try:
        cursor.execute(statement)
        rows: list[Any] = cursor.fetchall()
        return rows
    finally:
        cursor.close()
