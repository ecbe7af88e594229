"""Where the embedded store lives, and the user who runs it: both are easy but for root.

Postgres refuses to run as root, so another user runs it then, who may not be able to enter the
home. Permissions of folders that are not ours are never changed for that.
"""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ccdash.errors import EmbeddedUnavailable

if sys.platform != "win32":
    import pwd


@dataclass(frozen=True)
class Account:
    """The user who runs the server: ourselves, or another one when ccdash was started by root."""

    uid: int
    gid: int
    name: str

    @classmethod
    def with_uid(cls, uid: int) -> Account:
        """The user of this number."""
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:  # a container may run under a number that has no name
            return cls(uid, os.getgid() or uid, str(uid))
        return cls(uid, entry.pw_gid, entry.pw_name)

    @classmethod
    def unprivileged(cls) -> Account:
        """The user for a new database when we are root."""
        for name in ("postgres", "nobody"):
            try:
                return cls.with_uid(pwd.getpwnam(name).pw_uid)
            except KeyError:
                continue
        raise EmbeddedUnavailable(
            "Postgres does not run as root: start ccdash as another user, or add a user `postgres`."
        )

    def run(
        self,
        *command: str | Path,
        data: Path | None = None,
        folder: Path = Path("/"),
        typed: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this user, in `folder`, with `data` as its PGDATA."""
        other = self.uid if self.uid != os.getuid() else None
        # Our own environment stays out: PGOPTIONS and the like would change the server, and
        # secrets have no business in it. English, because the log is searched for words.
        environment = {"PATH": os.pathsep.join(os.get_exec_path()), "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(
            command,
            env=environment | ({"PGDATA": str(data)} if data else {}),
            cwd=folder,
            input=typed,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            user=other,
            group=self.gid if other is not None else None,
            extra_groups=[] if other is not None else None,
            start_new_session=True,  # Ctrl-C stops ccdash, which then stops the server in order
        )

    def can_write(self, folder: Path) -> bool:
        """Really tried as this user: parents, ACLs and mounts decide together."""
        return self.run("test", "-w", folder).returncode == 0


def place(home: Path) -> tuple[Path, Account]:
    """The folder of the data and the user who owns it."""
    note = home / "postgres.elsewhere.txt"
    folder = Path(note.read_text().splitlines()[-1]) if note.exists() else home / "postgres"
    if note.exists() and not folder.exists():
        raise EmbeddedUnavailable(
            f"The data of {home} was kept in {folder}, which is gone: "
            f"bring it back, or remove {note} to begin with an empty store."
        )
    account = account_of(folder)
    own_folder(folder, account)
    if account.can_write(folder):
        return folder, account
    if any(folder.iterdir()) or account.uid == os.getuid():
        raise EmbeddedUnavailable(
            f"The user {account.name} may not write to {folder}: "
            "allow it, or start ccdash as another user."
        )
    folder.rmdir()
    return _elsewhere(note, account), account


def account_of(folder: Path) -> Account:
    """Postgres refuses to run as root; then the owner of the data, if there is any, runs it."""
    if os.getuid() != 0:
        return Account.with_uid(os.getuid())
    owner = folder.stat().st_uid if folder.exists() else 0
    return Account.with_uid(owner) if owner else Account.unprivileged()


def _elsewhere(note: Path, account: Account) -> Path:
    """A folder outside of the home, for a user who may not enter it; noted in the home.

    In /var/lib, because /var/tmp is swept of what is not read for a month.
    """
    prefix = f"ccdash-{digest(note.parent)}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/var/lib"))
    os.chown(folder, account.uid, account.gid)
    draft = note.with_suffix(".draft")
    draft.write_text(
        f"ccdash was started by root, and Postgres does not run as root. The user {account.name}\n"
        f"runs it and may not enter this folder, so the data is kept in another one. Keep this\n"
        f"file: its last line says where.\n{folder}\n"
    )
    draft.replace(note)
    return folder


def own_folder(folder: Path, account: Account) -> None:
    """Make a folder that only this user enters, or see that it is one."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if private and found.st_uid == os.getuid() != account.uid:
        os.chown(folder, account.uid, account.gid)
    elif not private or found.st_uid != account.uid:
        raise EmbeddedUnavailable(
            f"{folder} is not a folder of the user {account.name} alone: start ccdash as the "
            "user it belongs to, or remove it if it is not part of a store."
        )


def digest(home: Path) -> str:
    """A short name for a home that is the same in every process."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:8]
