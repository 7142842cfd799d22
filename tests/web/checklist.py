"""The checks that every view for staff must pass besides its own tests."""

from collections.abc import Callable, Iterable

from tests.web.conftest import Person, text

EVERYBODY = ("rosa", "miriam", "grace", "sam")


def check(
    person: Callable[..., Person],
    path: str,
    *,
    allowed: Iterable[str],
    unknown: str | None = None,
    writes: bool = False,
    elsewhere: str | None = None,
) -> None:
    """Check that a view refuses everybody and everything it should.

    It requires sign-in and an allowed role. It refuses other methods, forms without a token, unknown ids (`unknown`),
    and records of another site (`elsewhere`, requested by staff of Mill Road).
    """
    allowed = set(allowed)
    stranger = person()
    redirect = stranger.get(path)
    assert redirect.status_code == 302 and redirect.headers["Location"].startswith("/sign-in"), "sign-in is required"
    for username in EVERYBODY:
        answer = person(username).get(path)
        if username in allowed:
            assert answer.status_code == 200, (username, text(answer)[:200])
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
        else:
            assert answer.status_code == 403, f"{username} does not have the role"
    somebody = person(sorted(allowed)[0])
    assert somebody.client.put(path).status_code == 405, "other methods are refused"
    if writes:
        assert somebody.send_bare(path).status_code == 400, "a form without a token is refused"
        assert stranger.send_bare(path).status_code == 400
    else:
        assert somebody.send_bare(path).status_code in (400, 405)
    if unknown is not None:
        assert somebody.get(unknown).status_code == 404, "an unknown id is not found"
    if elsewhere is not None:
        answer = person("anna").get(elsewhere)
        assert answer.status_code == 404, "staff of another site do not find it"
        assert "Amir" not in text(answer)
