"""A work that ends its process as the system does when memory runs out; a module of its own, for a process loads it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable


def killed(progress: Callable[[float], None]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
