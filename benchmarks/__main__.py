"""Run the ``main`` of every benchmark module, one after the other."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks

#: Modules that make input for others, or pages of the documentation.
_NOT_TIMED = frozenset(
    {
        "__main__",
        "calibrate",
        "clinic_load",
        "history",
        "lab_agreement",
        "live_gauge",
        "policy",
        "rbds",
        "usual_gait",
        "validation",
        "validation_video",
    }
)


def main() -> None:
    sys.argv = sys.argv[:1]
    for found in pkgutil.iter_modules(benchmarks.__path__):
        if found.name in _NOT_TIMED or found.name.startswith("response_"):
            continue
        module = importlib.import_module(f"benchmarks.{found.name}")
        if hasattr(module, "main"):
            print(f"\n== {found.name} ==", flush=True)
            module.main()


if __name__ == "__main__":
    main()
