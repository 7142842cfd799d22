"""Install Debian's packages that tests need."""

import os
import shutil
import subprocess


def run(*command: str) -> bool:
    """Print and run a command that may ask nothing. Return whether it succeeded."""
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def install(*packages: str) -> None:
    """Install packages where there is apt. Whoever calls looks whether it helped."""
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if run(*sudo, "apt-get", "update", "-qq"):
            run(*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
