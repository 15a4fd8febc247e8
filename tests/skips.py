"""Under continuous integration a skipped test is a failed one, but for those listed here: nobody reads what was."""

import os
from collections.abc import Mapping

NO_WEB2PY = "WEB2PY_HOME names no checkout of web2py"
NO_SMALL_DISK = "no small disk can be mounted here"
NO_NAMESPACES = "no network can be laid between two namespaces here"
NO_OTHER_USER = "no other account can run this Python here"
NO_SSHD = "there is no sshd here; `.ci/programs sshd` installs it"

ALLOWED = {
    NO_WEB2PY: "web2py is on no index; `make web2py` clones it where that can be reached",
    NO_SMALL_DISK: "it takes root, and a container or system that lets root mount",
    NO_NAMESPACES: "it takes root, ip, and a kernel with namespaces and tun devices that lets root use them",
    NO_OTHER_USER: "it takes root, setpriv, and Python where others may enter, or a system that lets root mount",
    "needs a system on which a process can be kept from writing": "root on a system without /proc can write anywhere",
}
"""Reasons for which a test may be skipped there too, and why."""


def forbidden(reason: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a test must not be skipped for this reason."""
    return environ.get("CI") == "true" and reason not in ALLOWED
