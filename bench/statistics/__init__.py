"""Pure arithmetic on figures: estimates, intervals, verdicts, percentiles, change points."""
