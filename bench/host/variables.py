"""The variables of the environment that reach what is measured and what measures it: one list for all of them.

An app served, an app in process, the load generator and the crawler are given these, and what the suite itself tells
them. Anything else stays behind: WEB_CONCURRENCY, GUNICORN_CMD_ARGS, FLASK_DEBUG, DJANGO_SETTINGS_MODULE, PYTHONPATH,
PYTHONWARNINGS, PYTHONHASHSEED, http_proxy or LD_PRELOAD would change a server, an app or the load for somebody who did
not mean it.
"""

import os
from collections.abc import Mapping

KEPT = (
    *("PATH", "HOME", "TMPDIR"),
    *("LANG", "LC_ALL", "LC_CTYPE"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),  # without which some interpreters do not start
)
"""Where programs, libraries, one's own and temporary files are, and how text is encoded."""


def kept(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of the list that are set."""
    return {name: environ[name] for name in KEPT if name in environ}
