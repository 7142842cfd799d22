"""What is built of a checkout: a wheel that needs nothing beside it, and a source archive from which it can be built."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cli.test_clinic import INIT, PASSWORDS
from tests.cli.test_serve import free_port, serving

ROOT = Path(__file__).parents[2]
NOT_SOURCE = shutil.ignore_patterns(
    ".git", ".venv", "venv", "build", "dist", "mutants", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", "*.db*",
    "settings.env", "*.key",
)  # fmt: skip


def run(*command: "str | Path", cwd: Path, **more: object) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder. Only the environment that is named here reaches it."""
    environment = {"PATH": os.environ["PATH"], "HASH_MEMORY_KIB": "64", "HASH_PASSES": "1"}
    done = subprocess.run(
        [str(one) for one in command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300,
        check=False, **more,
    )  # type: ignore[call-overload]  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source archive of a copy of the checkout, and the wheel from that archive. Return their folder."""
    copy, target = tmp_path_factory.mktemp("source") / "copy", tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
    # Without --wheel and --sdist the wheel is built from the archive, so the archive has what it needs.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", target, copy, cwd=target)
    return target


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment, with the libraries of this one. Return its folder of commands."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python, [wheel] = folder / "bin" / "python", built.glob("*.whl")
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        "--no-compile",
        wheel,
        cwd=folder,
    )
    [packages] = folder.glob("lib/python*/site-packages")
    # Only the folders themselves: what an editable installation adds to the path of this process stays out.
    libraries = [path for path in sys.path if Path(path).name == "site-packages"]
    (packages / "libraries.pth").write_text("\n".join(libraries), encoding="utf-8")
    return folder / "bin"


def source_files() -> set[str]:
    """Every file of the package and of the pages, by its path in a wheel."""
    found = {
        path.relative_to(ROOT) if folder == "cm_tracker" else Path("cm_tracker") / path.relative_to(ROOT)
        for folder in ("cm_tracker", "templates", "static")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    return {str(path) for path in found}


def test_the_wheel_has_every_file_of_the_program_and_nothing_else(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    assert wheel.name == "cm_tracker-0.2.0-py3-none-any.whl"
    with ZipFile(wheel) as file:
        names = set(file.namelist())
    assert {name for name in names if ".dist-info/" not in name} == source_files()
    assert len(names) > 1000


def test_what_an_older_version_left_in_the_folder_is_not_packed(tmp_path: Path) -> None:
    """pip builds in the folder of the program, and leaves its copies of the files there."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
    old = copy / "build" / "lib" / "cm_tracker" / "migrations" / "versions" / "9999_of_another_version.py"
    old.parent.mkdir(parents=True)
    old.touch()
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, copy, cwd=tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as file:
        names = file.namelist()
    assert "cm_tracker/wsgi.py" in names and [name for name in names if "9999" in name] == []


def test_the_source_archive_has_what_a_checkout_has(built: Path) -> None:
    with tarfile.open(built / "cm_tracker-0.2.0.tar.gz") as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert names >= {
        "wsgi.py", "setup.cfg", "setup.py", "pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md",
        ".ci/run", "deploy/nginx.conf", "docs/operator.md", "docs/verify_ledger.py", "docs/images/today.png",
        "tests/cast.py", "templates/base.html", "static/css/main.css", "cm_tracker/presets/higgins-voucher.json",
        "cm_tracker/migrations/versions/0001_first_tables.py",
        "cm_tracker/translations/es/LC_MESSAGES/messages.po",
    }  # fmt: skip
    assert [name for name in names if name.endswith((".pyc", ".db", ".key", "settings.env"))] == []


def test_an_installed_program_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    command, here, clinic = installed / "cm-tracker", tmp_path / "here", tmp_path / "clinic"
    here.mkdir()
    assert run(command, "--version", cwd=here).stdout == "cm-tracker 0.2.0\n"
    where = run(installed / "python", "-c", "import cm_tracker; print(cm_tracker.__file__)", cwd=here).stdout
    assert where.startswith(str(installed.parent)), where
    assert run(installed / "python", "-m", "cm_tracker", "--version", cwd=here).stdout == "cm-tracker 0.2.0\n"
    run(command, "--instance", clinic, *INIT, cwd=here, input=PASSWORDS)
    replayed = run(
        command, "--instance", clinic, "schedule", "replay", "higgins-voucher", "--outcomes", "NNN NPN", cwd=here
    ).stdout
    assert "Paid: 120 points, $30.00\n" in replayed
    verified = run(command, "--instance", clinic, "ledger", "verify", cwd=here).stdout
    assert verified.endswith("up to level 4: no findings.\n")
    assert list(here.iterdir()) == []


def test_an_installed_program_without_a_folder_makes_no_clinic_where_somebody_stands(
    installed: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [installed / "cm-tracker", *INIT], cwd=tmp_path, env={"PATH": os.environ["PATH"]}, input=PASSWORDS,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        "Name the folder of the clinic: cm-tracker --instance FOLDER, or set INSTANCE_PATH in the environment.\n",
        2,
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("server", ["cm-tracker", "gunicorn"])
def test_an_installed_program_serves_its_pages(installed: Path, tmp_path: Path, server: str) -> None:
    clinic, port = tmp_path / "clinic", free_port()
    run(installed / "cm-tracker", "--instance", clinic, *INIT, cwd=tmp_path, input=PASSWORDS)
    own = [installed / "cm-tracker", "--instance", clinic, "serve"]
    other = [
        installed / "python", "-m", "gunicorn", "--no-control-socket", "-b", f"127.0.0.1:{port}", "cm_tracker.wsgi:app",
    ]  # fmt: skip
    process = subprocess.Popen(
        [str(one) for one in (own if server == "cm-tracker" else other)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PORT": str(port), "INSTANCE_PATH": str(clinic)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        serving(port, process)
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", "/sign-in")
            page = connection.getresponse().read().decode()
            assert "User name" in page
            (sheet,) = re.findall(r'href="(/static/css/[^"]+)"', page)
            connection.request("GET", sheet)
            answer = connection.getresponse()
            assert (answer.status, "{" in answer.read().decode()) == (200, True)
    finally:
        process.terminate()
        process.wait(timeout=30)
