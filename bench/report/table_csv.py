"""The report as CSV for a spreadsheet: one line for each measurement."""

import csv
import io

from bench.report.view import View
from bench.words import one_line

_COLUMNS = ("sut", "label", "server", "workload", "metric", "value", "low", "high", "at_least", "rounds", "note")


def render(view: View) -> str:
    """All measurements of the run, header first."""
    suts = {sut.id: sut for sut in view.run.suts}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for measurement in view.run.measurements:
        sut, seen = suts[measurement.sut], measurement.estimate
        row = (measurement.sut, sut.label, sut.server, measurement.workload, measurement.metric, seen.value, *seen.ends)
        writer.writerow(map(_inert, (*row, measurement.at_least, len(measurement.rounds), measurement.note)))
    return out.getvalue()


def _inert(value: object) -> object:
    """Text on one line, with a quote in front of anything that a spreadsheet would run as a formula."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = one_line(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
