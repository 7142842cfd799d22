"""What every view of staff is held to, besides working."""

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
    """It needs sign-in and the role, knows no other method, no unknown id, no other site, no form without token."""
    allowed = set(allowed)
    stranger = person()
    away = stranger.get(path)
    assert away.status_code == 302 and away.headers["Location"].startswith("/sign-in"), "it needs sign-in"
    for username in EVERYBODY:
        answer = person(username).get(path)
        if username in allowed:
            assert answer.status_code == 200, (username, text(answer)[:200])
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
        else:
            assert answer.status_code == 403, f"{username} has not the role"
    somebody = person(sorted(allowed)[0])
    assert somebody.client.put(path).status_code == 405, "no other method"
    if writes:
        assert somebody.send_bare(path).status_code == 400, "no form without token"
        assert stranger.send_bare(path).status_code == 400
    else:
        assert somebody.send_bare(path).status_code in (400, 405)
    if unknown is not None:
        assert somebody.get(unknown).status_code == 404, "no unknown id"
    if elsewhere is not None:
        answer = person("anna").get(elsewhere)
        assert answer.status_code == 404, "not from another site"
        assert "Amir" not in text(answer)
