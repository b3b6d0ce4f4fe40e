# SPDX-License-Identifier: EUPL-1.2
"""Where the built programs are: CONCORD_BUILD, else ./build; where the registry is: CONCORD_BASE, else at /."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CONCORD_BUILD", ROOT / "build")).resolve()
# The path of http.public_url: every suite that asks a whole registry runs under / and under another.
BASE = os.environ.get("CONCORD_BASE", "").rstrip("/")


def program(name):
    path = BUILD / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built; set CONCORD_BUILD or run make in ./build")
    return path


def run(*command, check=True, **options):
    """One program of ours; its output is in the error when it fails."""
    done = subprocess.run([str(program(command[0])), *map(str, command[1:])], capture_output=True,
                          text=True, timeout=120, check=False, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}\n"
                             f"{done.stdout}{done.stderr}")
    return done
