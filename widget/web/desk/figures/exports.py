"""Tables as answers: CSV, JSON, or a page with the table alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from flask import Response, make_response, render_template, request

from widget.domain.errors import BadField, NotFound
from widget.domain.figures.period import Period
from widget.domain.figures.tables import LABEL_COLUMN, REACTION_COLUMN, Table, csv_text, moment
from widget.domain.model import Choice, Site
from widget.web.desk.comments.wording import LABELS


def table_answer(
    site: Site,
    period: Period | None,
    tables: Sequence[Table],
    page: str,
    choices: Sequence[Choice] = (),
    **more: Any,
) -> Response:
    """Answer in the requested ``format``: one table as ``csv`` or ``table``, all as ``json``.

    :param page: the page's name, for the name of the CSV file.
    :param choices: those whose keys the tables have; a page shows their labels.
    :param more: more fields for the JSON.
    :raise BadField: the format is unknown. :raise NotFound: the page has no such table.
    """
    requested = request.args.get("format")
    if requested == "json":
        return json_answer(site, period, tables, **more)
    if requested not in ("csv", "table"):
        raise BadField("format is csv, json or table.")
    name = request.args.get("table") or tables[0].name
    table = next((table for table in tables if table.name == name), None)
    if table is None:
        raise NotFound("This page has no table with that name.")
    if requested == "table":
        return _page_answer(table, period, {one.key: one.label for one in choices})
    return _csv_answer(table, period, f"{site.key}-{page}")


def json_answer(
    site: Site, period: Period | None, tables: Sequence[Table], **more: Any
) -> Response:
    """Answer ``{"site", "period", ..., "tables": {name: [{column: value}, ...]}}``."""
    body = {
        "site": site.key,
        "timezone": site.zone.name,
        **({"period": _period_fields(period)} if period else {}),
        **more,
        "tables": {table.name: table.records() for table in tables},
    }
    return Response(msgspec.json.encode(body), mimetype="application/json")


def _page_answer(table: Table, period: Period | None, labels: Mapping[str, str]) -> Response:
    page = render_template(
        "desk/table.html",
        table=table,
        period=period,
        number_columns=table.number_columns,
        headings=[labels.get(column, column.replace("_", " ")) for column in table.columns],
        row_labels={REACTION_COLUMN: labels, LABEL_COLUMN: LABELS}.get(table.columns[0], {}),
    )
    return make_response(page)


def _csv_answer(table: Table, period: Period | None, name: str) -> Response:
    dates = f"-{period.first_text}-{period.last_text}" if period else ""
    file_name = f"{name}-{table.name}{dates}.csv"
    answer = Response(csv_text(table), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer


def _period_fields(period: Period) -> dict[str, str]:
    return {
        "from": period.first_text,
        "to": period.last_text,
        "until": moment(min(period.now_s, period.last_end_hour * 3600), period.zone),
    }
