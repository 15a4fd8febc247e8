"""Where things stand on disk."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ROOT / "apps"
RESULTS = ROOT / "results"
STATE = ROOT / ".fairground"
"""What this machine made for itself and can make again: environments, databases, logs."""
