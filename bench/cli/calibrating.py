"""`bench calibrate`: experiments on the instrument itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
from rich.text import Text

from bench.calibrate import command, crawls, experiments, growth
from bench.calibrate.crawls import TurnSpread, VariantFigures
from bench.calibrate.experiments import Readings, Spread
from bench.calibrate.growth import Growth
from bench.calibrate.spreads import Coverage, Held
from bench.cli.console import OUT, LeftOut, in_workspace, prepare, prepare_crawler
from bench.estimate import Estimate
from bench.measure.progress import Progress
from bench.metrics import BY_ID
from bench.model import FLOORS
from bench.report import grids
from bench.report.grids import Grid
from bench.report.terminal import widen
from bench.statistics.estimates import estimate
from bench.suts import discovery
from bench.words import counted, duration, percent, seconds, si
from bench.workspace import Workspace

_LEAST_SHARE = 0.01
_SHARED = (
    "Here the generators share {}, so that their ceiling cannot grow with their number: a machine with a CPU for each "
    "shows how it does."
)


@click.command("calibrate")
@click.option("--rounds", type=click.IntRange(3, 100), default=12, show_default=True, help="Rounds of each experiment.")
@click.option("--prove", metavar="RUNS", type=click.IntRange(1, 100), help="Try the verdicts in this many quick runs.")
@click.option(
    "--slowed-by",
    type=click.FloatRange(0, 1, min_open=True),
    multiple=True,
    default=(0.05, 0.1),
    show_default=True,
    help="With --prove: how much more CPU time a slowed copy burns; repeat it for more copies.",
)
@click.option(
    "--prove-against",
    metavar="RUNS",
    type=click.IntRange(1, 100),
    help="Try `run --against` on two equal editions in this many runs.",
)
@click.option("--spreads", is_flag=True, help="How far the stored runs come apart; stored in bench/store/spreads.json.")
@click.option(
    "--generators",
    type=click.IntRange(2, 16),
    help="Load from one generator and from up to so many, beside each other.",
)
@click.option("--app", default="flask", show_default=True, help="The app whose copies are compared.")
@click.option("--crawl", is_flag=True, help="The crawler instead: the length of its turns, and its settings.")
@in_workspace
def calibrate_(
    workspace: Workspace,
    rounds: int,
    prove: int | None,
    slowed_by: tuple[float, ...],
    prove_against: int | None,
    spreads: bool,
    generators: int | None,
    app: str,
    crawl: bool,
) -> None:
    """Measure the instrument itself: how fast, how quiet.

    That is the generator's ceiling beside that of other tools, and the noise by slice length. With --prove, whether
    verdicts are right: quick runs over two equal copies of an app and slowed ones. With --prove-against, whether two
    equal editions of an app are told apart. With --crawl, the noise of two equal crawls by the length of their turns,
    what Scrapy's settings cost, and where its time goes. With --generators, how far their ceiling grows with their
    number, and whether the server's figures depend on it. With --spreads nothing is measured: the runs in results/ that
    measured the same code say how far ratios come apart from run to run.
    """
    if spreads:
        grids.show(_spreads(command.spreads(workspace)), OUT)
        return
    names = dict.fromkeys((FLOORS["wsgi"], app))  # the app may be the floor itself
    apps = discovery.choose(workspace.apps, names, LeftOut())
    floor, chosen = apps[0], apps[-1]
    prepare(apps, workspace)
    if crawl:
        prepare_crawler(workspace)
        crawled = crawls.calibrate(chosen, workspace, _show_round, rounds=rounds)
        widen(OUT)
        for drawn in (_turns(crawled.turns), _variants(crawled.variants), _shares(crawled.shares)):
            grids.show(drawn, OUT)
    elif generators:
        grown = command.grow(floor, chosen, workspace, _show_round, generators=generators, rounds=rounds)
        _show_growth(grown, str(chosen))
    elif prove:
        shares = tuple(dict.fromkeys(slowed_by))
        OUT.print("\n".join(_proof(command.prove(chosen, workspace, _Runs(prove), runs=prove, shares=shares))))
    elif prove_against:
        proof = command.prove_against(chosen, workspace, _Runs(prove_against), runs=prove_against)
        OUT.print("\n".join(_proof_against(proof)))
    else:
        calibration = command.calibrate(floor, chosen, workspace, _show_round, rounds=rounds)
        widen(OUT)
        grids.show(_ceiling(calibration.readings), OUT)
        grids.show(_noise(calibration.spreads), OUT)


def _proof(proof: dict[str, Any]) -> Iterator[str]:
    yield f"{proof['false_verdicts']} of {counted(proof['verdicts_on_equals'], 'verdict')} on equal copies were false."
    for planted in proof["called_slower"]:
        yield (
            f"A copy that burns {percent(planted['share'])} more CPU time, and used "
            f"{percent(planted['cpu_ratio'] - 1)} more in the median, was called slower in {planted['throughput']} of "
            f"{counted(proof['runs'], 'run')} by throughput, in {planted['cpu']} by CPU per request."
        )


def _proof_against(proof: dict[str, Any]) -> Iterator[str]:
    yield f"{proof['false_verdicts']} of {counted(proof['verdicts'], 'verdict')} on equal editions were false."
    for metric, widths in proof["half_widths"].items():
        yield (
            f"{BY_ID[metric].title}: half-width {percent(widths['overall'])} overall, "
            f"{percent(widths['one workload'])} for one workload (medians)."
        )


def _show_round(progress: Progress) -> None:
    at = f"{progress.doing}, round {progress.round} of {progress.rounds}"
    OUT.print(f"{at[0].upper()}{at[1:]}; about {duration(progress.left_s)} left")


class _Runs:
    """Shows which round of which run begins."""

    def __init__(self, runs: int) -> None:
        self._runs = runs
        self._shown = (0, 0)

    def __call__(self, number: int, at: Progress) -> None:
        if at.doing.startswith("starting") and (number, at.round) != self._shown:
            self._shown = (number, at.round)
            left = duration(at.left_s)
            OUT.print(f"Run {number} of {self._runs}, round {at.round} of {at.rounds}: {left} left in it")


def _ceiling(loads: dict[int, Readings]) -> Grid:
    rows: list[list[str | Text]] = []
    for users, readings in loads.items():
        ratios = experiments.ratios(readings)
        for tool, rounds in readings.items():
            means = (estimate([getattr(reading, field) for reading in rounds]).value for field in experiments.FIELDS)
            rps, p50, p99, cpu = means
            rows.append([f"{users}, {tool}", si(rps), seconds(p50), seconds(p99), f"{si(cpu)} µs"])
            if tool in ratios:
                rows.append(["", *(Text(_interval(ratios[tool][field]), "dim") for field in experiments.FIELDS)])
    heads = ("users, tool", "requests/s", "p50", "p99", "its CPU per request")
    return grids.grid("Ceiling: the floor app, /plaintext; below each tool, ours over it", heads, rows)


def _show_growth(grown: Growth, app: str) -> None:
    widen(OUT)
    grids.show(_growth(grown, app), OUT)
    if grown.cpus < max(grown.figures):
        OUT.print(_SHARED.format(counted(grown.cpus, "CPU")), soft_wrap=True)


def _growth(grown: Growth, app: str) -> Grid:
    rows: list[list[str | Text]] = []
    over_one = grown.over_one()
    for count, figures in grown.figures.items():
        mean = {field: estimate([getattr(one, field) for one in figures]).value for field in growth.FIELDS}
        rows.append([str(count), *(_GROWN[field](mean[field]) for field in growth.FIELDS)])
        if count in over_one:
            rows.append(["", *(Text(_interval(over_one[count][field]), "dim") for field in growth.FIELDS)])
    heads = ("generators", "ceiling", "their CPU per request", "requests/s", "CPU per request", "p50", "p99")
    title = f"Ceiling on the floor app, then the figures of {app}; below each, over those through one generator"
    return grids.grid(title, heads, rows)


def _micros(value: float) -> str:
    return f"{si(value)} µs"


_GROWN = dict(zip(growth.FIELDS, (si, _micros, si, _micros, seconds, seconds), strict=True))


def _noise(spreads: Sequence[Spread]) -> Grid:
    rows = []
    for spread in spreads:
        lead = seconds(spread.settle_s) if spread.settle_s else ""
        noise = (percent(spread.throughput_sd), percent(spread.cpu_sd), f"{si(spread.cpu_us)} µs")
        row = (seconds(spread.slice_s), lead, str(spread.rounds), *noise)
        rows.append([*row, _interval(spread.level), percent(spread.loaded_share)])
    heads = ("slice", "lead", "rounds", "throughput", "CPU per request", "mean CPU", "level", "under load")
    title = "Two copies of one app: standard deviation of the log ratio over rounds of equal load"
    return grids.grid(title, heads, rows)


def _turns(spreads: Sequence[TurnSpread]) -> Grid:
    rows = [
        [str(spread.pages), seconds(spread.turn_s), percent(spread.throughput_sd), percent(spread.cpu_sd)]
        for spread in spreads
    ]
    title = "Two copies of one app, crawled: standard deviation of the log ratio over rounds of equal pages"
    return grids.grid(title, ("pages a turn", "it takes", "pages/s", "Scrapy's CPU per page"), rows)


def _variants(figures: Sequence[VariantFigures]) -> Grid:
    rows = []
    for figure in figures:
        ratio = _interval(figure.ratio) if figure.ratio else ""
        rows.append([figure.variant.name, si(figure.rps.value), f"{si(figure.cpu_us.value)} µs", ratio])
    title = "A static copy of the site, crawled by Scrapy as it can be set"
    return grids.grid(title, ("settings", "pages/s", "Scrapy's CPU per page", "over the first"), rows)


def _shares(shares: Mapping[str, float]) -> Grid:
    rows = [[package, percent(share)] for package, share in shares.items() if share >= _LEAST_SHARE]
    rest = sum(share for share in shares.values() if share < _LEAST_SHARE)
    title = "Where Scrapy's CPU time goes; a call into C is counted for the code that makes it"
    return grids.grid(title, ("code", "share"), [*rows, ["all others", percent(rest)]])


def _spreads(seen: Sequence[Coverage]) -> Grid:
    rows = []
    for one in seen:
        held = (*_held(one.own, one.tried), *_held(one.promised, one.tried))
        rows.append([", ".join(one.kind), str(one.pairs), percent(one.spread), *held])
    title = (
        "From run to run: the spread of log ratios, and how often the other runs predicted the one left out, by their "
        "own spread and by what a report promises"
    )
    columns = ("workloads, metric", "pairs", "spread", "held", "half-width", "promise held", "half-width")
    return grids.grid(title, columns, rows)


def _held(held: Held, tried: int) -> tuple[str, str]:
    return f"{held.count} of {tried} ({held.count / tried:.1%})" if tried else "", percent(held.width)


def _interval(ratio: Estimate) -> str:
    return f"{ratio.value:.2f}x [{ratio.low:.2f}-{ratio.high:.2f}]"
