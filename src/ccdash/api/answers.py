"""What each address answers: one function each, over the store."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from starlette.responses import JSONResponse, Response, StreamingResponse

from ccdash.api.asked import Asked
from ccdash.api.door import Door
from ccdash.api.meta import meta
from ccdash.api.problems import NO_STORE, problem
from ccdash.export.about import Content, about, about_answer
from ccdash.export.forms import WRITTEN, Form, file_name, refuse_too_many
from ccdash.export.given import given, logged, why
from ccdash.export.json_rows import rows_of
from ccdash.export.tables import earlier, figure_rows, listed, table
from ccdash.export.tickets import Wanted
from ccdash.store import contacts, history
from ccdash.store.access_log import Reader

USUAL_LIMIT = 100


def figures(door: Door, asked: Asked) -> Response:
    """The figures of a question, as `ccdash query --format json` has them."""
    store, query = door.store(), asked.query(door.timezone(), door.now())
    answer = history.read(store, query)
    before = earlier(store, answer)
    told = meta(about_answer(store, answer, door.now(), before))
    rows = figure_rows(answer, before)
    return JSONResponse({"rows": rows, "meta": told}, headers=NO_STORE)


def behind(door: Door, asked: Asked) -> Response:
    """One page of the contacts behind a metric, worst first; written in the access log."""
    store, query = door.store(), asked.query(door.timezone(), door.now())
    limit = asked.limit(USUAL_LIMIT)
    frame = contacts.behind(store, query, limit, asked.params.get("after"))
    last = str(frame["id"][-1]) if frame.height == limit else None
    told = meta(about(store, Content.CONTACTS, query, door.now()))
    logged(store, frame, Reader(asked.who, why(query)), datetime.now(UTC))
    rows = rows_of(listed(frame, query.period.zone), query.period.zone)
    more = {"n": contacts.count(store, query), "next": last}
    return JSONResponse({"rows": rows, "meta": told | more}, headers=NO_STORE)


def exported(door: Door, asked: Asked) -> Response:
    """The same as a file."""
    content, form = asked.path["content"], asked.path["form"]
    if content not in list(Content) or form not in list(Form):
        known = ", ".join(f"{one}.{kind}" for one in Content for kind in Form)
        return problem(HTTPStatus.NOT_FOUND, f"There is no such export; there is {known}.")
    query = asked.query(door.timezone(), door.now())
    return sent(door, Wanted(Content(content), Form(form), query, asked.who))


def sent(door: Door, wanted: Wanted) -> Response:
    """A file, as it comes to be: at most some thousands of its rows are in memory. By the wall's
    clock the access log says who had it, also where the centre's is simulated."""
    store = door.store()
    refuse_too_many(store, wanted.content, wanted.form, wanted.query)
    made = table(store, wanted.content, wanted.query, door.now())
    made = given(store, made, wanted.who, datetime.now(UTC))
    name, how = file_name(made, wanted.form), WRITTEN[wanted.form]
    headers = NO_STORE | {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(how.written(made), headers=headers, media_type=how.media_type)
