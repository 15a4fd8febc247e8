"""What processes of these tests do."""

import os
from collections.abc import Callable

BUSY = "print(flush=True)\nwhile True: pass"
IDLE = "import time\nprint(flush=True)\ntime.sleep(60)"

Start = Callable[[str], int]


def gone(start: Start) -> int:
    pid = start("print(flush=True)")
    os.waitpid(pid, 0)
    return pid
