"""The tests see what a plain log would show, whatever the terminal or CI service that runs them asks for."""

import os

for _name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
    os.environ.pop(_name, None)
