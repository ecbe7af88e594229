"""The screen "Connect your own store": three steps, and a look at what is behind a URL.

The look makes this server connect to a host that a visitor names. So it is offered to visitors on
the machine itself only, and only while ccdash keeps a store of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from ccdash.i18n import N_
from ccdash.store.connection_check import Found, Verdict, found_at
from ccdash.ui import format as fmt
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import Tile, card, notice, section, strip, worded
from ccdash.ui.viewer import Viewer

OWNER, APP = "ccdash_owner", "ccdash_app"
ROLES_SQL = f"""CREATE ROLE {OWNER} LOGIN PASSWORD 'choose-one';
CREATE ROLE {APP} LOGIN PASSWORD 'choose-another';
CREATE DATABASE ccdash OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE ccdash FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE ccdash TO {APP};
\\connect ccdash
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
  GRANT USAGE ON SEQUENCES TO {APP};"""
HOST = "db.example.com"
MIGRATE = f"""CCDASH_DATABASE_URL=postgresql://{OWNER}:choose-one@{HOST}/ccdash \\
  ccdash migrate"""
POINT = f"export CCDASH_DATABASE_URL=postgresql://{APP}:choose-another@{HOST}/ccdash"
FEEDS: tuple[tuple[str, str], ...] = (
    (N_("The log of an Asterisk queue, as it grows"), "ccdash follow asterisk queue_log"),
    (N_("Call logs in the format of SEELab"), "ccdash import seelab january.txt february.txt"),
    (N_("Any other platform, as JSON lines"), "ccdash import events events.jsonl"),
)  # fmt: skip
SERVE = "ccdash serve"

SAID: Mapping[Verdict, tuple[str, str]] = {
    Verdict.READY: (N_("This is a store of ccdash, and it is ready."), ""),
    Verdict.READS_ONLY: (
        N_("This is a store of ccdash. This role may read it and not write."),
        N_("Screens work; to import events, use the role with the rights of step 1."),
    ),
    Verdict.NO_RIGHTS: (
        N_("This is a store of ccdash. This role may not read it."),
        N_("Grant it the rights of step 1."),
    ),
    Verdict.NOT_A_URL: (
        N_("This is no database URL."),
        N_("It looks like `postgresql://user:password@host:5432/database`."),
    ),
    Verdict.NO_HOST: (N_("There is no host of this name."), N_("Check how it is spelt.")),
    Verdict.NO_SERVER: (
        N_("The host answers, and no Postgres does."),
        N_("Check the port, and that Postgres listens to more than its own machine."),
    ),
    Verdict.NO_ANSWER: (
        N_("Nothing answered within 5 seconds."),
        N_("Check the host, the port and the firewall between."),
    ),
    Verdict.SLOW: (
        N_("The database answers, but not every question within 5 seconds."),
        N_("It may be busy, such as with `ccdash migrate`: look again in a while."),
    ),
    Verdict.WRONG_PASSWORD: (
        N_("The password is wrong, or the role may not log in."),
        N_("A special character in the password is written with `%`: `@` is `%40`."),
    ),
    Verdict.NO_ROLE: (N_("The server has no such role."), N_("Make it as in step 1.")),
    Verdict.NO_DATABASE: (N_("The server has no such database."), N_("Make it as in step 1.")),
    Verdict.REFUSED: (
        N_("The server refused the connection."),
        N_("Its own log says why: often `pg_hba.conf` does not let this machine in."),
    ),
    Verdict.OLD_POSTGRES: (
        N_("This Postgres is too old: ccdash needs 15 or later."),
        N_("Upgrade the server, or use another."),
    ),
    Verdict.EMPTY: (
        N_("The database is there and is empty."),
        N_("Go on with step 2: `ccdash migrate` makes the tables."),
    ),
    Verdict.FOREIGN: (
        N_("The database holds tables that are not of ccdash."),
        N_("Give ccdash a database of its own, as in step 1."),
    ),
    Verdict.TOO_OLD: (
        N_("This is a store of an earlier ccdash."),
        N_("Make a backup, then run `ccdash migrate` as its owner."),
    ),
    Verdict.TOO_NEW: (
        N_("This is a store of a later ccdash."),
        N_("Install that version or a later one here."),
    ),
}
"""What was found, and what to do."""

TYPED, FOUND = "ccdash.connect.typed", "ccdash.connect.found"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PASSED_ON = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"})


def is_on_this_machine(headers: Mapping[str, str], ip: str | None, bound_to: str | None) -> bool:
    """Whether nobody but a visitor on the machine itself can have asked. A proxy in front of
    ccdash makes every visitor look local, so its marks, or a name that is not this machine's in
    the address, are a no."""
    told = {name.casefold(): value for name, value in headers.items()}
    hosts = [f"//{told.get('host', '')}", told.get("origin", "")]
    return (
        bound_to in LOCAL
        and (ip is None or ip in LOCAL)
        and not PASSED_ON & told.keys()
        and all(urlsplit(one).hostname in LOCAL for one in hosts)
    )


def draw_steps(who: Viewer) -> None:
    """The three, each with what to copy."""
    say = who.translator.text
    with card("step-1"):
        _step(1, say("Make a database and its roles"), who)
        _told(
            say(
                "On a Postgres 15 or later, as a superuser, in `psql`. One role owns the tables, "
                "the other only works with their rows."
            )
        )
        _copied(ROLES_SQL)
    with card("step-2"):
        _step(2, say("Make the tables, and point ccdash there"), who)
        _told(
            say(
                "Keep the URL where only the service's user reads it; for a server on another "
                "machine add `?sslmode=verify-full`."
            )
        )
        _copied(f"{MIGRATE}\n{POINT}")
    with card("step-3"):
        _step(3, say("Feed it, then serve"), who)
        for text, command in FEEDS:
            _told(say(text))
            _copied(command)
        _told(say("Then, and after every restart of the machine:"))
        _copied(SERVE)


def _step(number: int, title: str, who: Viewer) -> None:
    draw(
        tag(
            "div",
            tag("span", fmt.count(number, who.language), cls="cc-step", aria_hidden="true"),
            tag("h2", title),
            cls="cc-section cc-steps",
        )
    )


def _copied(commands: str) -> None:
    st.code(commands, language=None)


def _told(text: str) -> None:
    draw(tag("p", worded(text), cls="cc-quiet"))


def draw_check(who: Viewer, *, is_local: bool) -> None:
    """Look behind a URL; what was typed is forgotten with the answer."""
    say = who.translator.text
    with card("check"):
        section(say("Is it there?"), say("What is behind a URL, before you rely on it."))
        if not is_local:
            _elsewhere(who)
            return
        with st.form("connection", border=False):
            st.text_input(
                say("Database URL"),
                key=TYPED,
                type="password",
                placeholder="postgresql://user:password@host:5432/database",
                autocomplete="off",
            )
            st.form_submit_button(say("Look"), type="primary", on_click=_look)
        _told(say("It is looked at once, from this machine, and kept nowhere."))
        found = st.session_state.pop(FOUND, None)
        if found is not None:
            draw_found(found, who)


def _look() -> None:
    """What was typed is gone before the page is drawn."""
    url, st.session_state[TYPED] = st.session_state[TYPED], ""
    if url.strip():
        st.session_state[FOUND] = found_at(url)


def _elsewhere(who: Viewer) -> None:
    say = who.translator.text
    _told(
        say(
            "Only somebody at the machine on which ccdash runs may look from here, since a look "
            "makes that machine connect to any address. There, this says the same:"
        )
    )
    _copied("ccdash migrate && ccdash check")


def draw_found(found: Found, who: Viewer) -> None:
    """One clear sentence, and what the store holds."""
    say = who.translator
    sentence, what_to_do = (say.text(text) if text else "" for text in SAID[found.verdict])
    is_store = found.verdict in (Verdict.READY, Verdict.READS_ONLY)
    notice(sentence, "info" if is_store or found.verdict is Verdict.EMPTY else "bad", what_to_do)
    if is_store:
        strip(_tiles(found, who), say)


def _tiles(found: Found, who: Viewer) -> list[Tile]:
    say = who.translator.text
    newest, contacts = found.newest_event_at, found.contacts
    count = say("very many") if contacts is None else fmt.count(contacts, who.language)
    return [
        Tile(say("Postgres"), str(found.postgres)),
        Tile(say("Contacts"), count, _span(found, who)),
        Tile(
            say("Newest event"),
            fmt.moment(newest.astimezone(who.zone), who.language) if newest else fmt.NOTHING,
            " · ".join(found.sources) or say("no source yet"),
        ),
    ]


def _span(found: Found, who: Viewer) -> str:
    if found.first_at is None or found.last_at is None:
        return who.translator.text("nothing has come in yet")
    first, last = (at.astimezone(who.zone).date() for at in (found.first_at, found.last_at))
    return fmt.period(first, last, who.language)
