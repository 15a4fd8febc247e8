"""What the charts of the rounds are made of."""

import math

import pytest

from bench.report import tracks, view
from bench.report.view import View
from tests.report import runs


@pytest.fixture(scope="module")
def built() -> View:
    return view.build(runs.make())


def test_a_round_is_how_far_it_lay_from_the_mean(built: View) -> None:
    panels = tracks.rounds(built)
    assert [panel.title for panel in panels] == list(runs.CLOSED)
    for panel in panels:
        for track in panel.tracks:
            assert len(track.alone) == 6
            assert math.isclose(sum(track.alone.values()), 0, abs_tol=1e-9)
            assert max(map(abs, track.alone.values())) <= panel.spread
    assert panels[0].tracks[0].beside == {}  # the baseline beside itself is level by definition
    assert len(panels[0].tracks[1].beside) == 6


def test_drift_that_meets_all_leaves_the_ratios_level(built: View) -> None:
    for track in tracks.rounds(built)[0].tracks[1:]:
        alone, beside = (max(map(abs, panel.values())) for panel in (track.alone, track.beside))
        assert beside < alone


def test_lost_rounds_leave_gaps() -> None:
    panels = tracks.rounds(view.build(runs.make(failed="django", lost="flask")))
    assert "Flask 5.1.3" not in {track.label for panel in panels for track in panel.tracks}
    assert all(panel.tracks for panel in panels)


def test_many_rounds_of_many_are_drawn_together() -> None:
    drawn = tracks.rounds(view.build(runs.make(suts=30, rounds=9)))
    numbers = ("1 to 10", "11 to 20", "21 to 30")
    assert [panel.title for panel in drawn] == [f"all workloads together, {number}" for number in numbers]
    assert [len(panel.tracks) for panel in drawn] == [10, 10, 10]


def test_who_does_not_see_the_rounds_hears_how_far_they_lay_apart(built: View) -> None:
    assert tracks.rounds(built)[0].description.startswith("json: standard deviation over the rounds, of the figure")


@pytest.mark.parametrize(("rounds", "drawn"), [(1, False), (2, True)])
def test_one_round_has_nothing_to_hold_still_against(rounds: int, drawn: bool) -> None:
    assert bool(tracks.rounds(view.build(runs.make(rounds=rounds)))) == drawn
