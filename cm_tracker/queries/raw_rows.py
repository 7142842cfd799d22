"""Rows as the driver returns them, for reading the whole log: mapping a row would take longer than checking it."""

from typing import Any

from sqlalchemy.orm import Session


def raw_rows(session: Session, statement: str) -> list[Any]:
    """Return the rows of an SQL statement as tuples, in the session's own transaction.

    The statement has no parameters. The only values in its text are whole numbers, which the caller has formatted.
    """
    connection = session.connection()
    driver = connection.connection.driver_connection
    assert driver is not None, "a session in a transaction has its connection"
    # In binary, because psycopg would receive bytes as hex text else, and would have to decode them.
    cursor = driver.cursor(binary=True) if connection.dialect.name == "postgresql" else driver.cursor()
    try:
        cursor.execute(statement)
        rows: list[Any] = cursor.fetchall()
        return rows
    finally:
        cursor.close()
