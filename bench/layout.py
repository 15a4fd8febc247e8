"""Where things stand on disk."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ROOT / "apps"
RESULTS = Path(os.environ.get("FAIRGROUND_RESULTS") or ROOT / "results").absolute()
STATE = ROOT / ".fairground"
"""What this machine made for itself and can make again: environments, databases, logs."""
