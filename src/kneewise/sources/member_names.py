"""Names in archives: which are refused, passed over, put first, and how they are shown."""

from __future__ import annotations

#: Side files of operating systems, passed over without a word.
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
#: Tables that name what the other files of an export are: they come first.
_INDEXES = ("activities.csv", "_summarizedactivities.json")


def unsafe(name: str) -> bool:
    """Whether a member's name leads out of its archive."""
    plain = name.replace("\\", "/")
    return plain.startswith("/") or "\x00" in name or plain[1:2] == ":" or ".." in plain.split("/")


def clutter(name: str) -> bool:
    """Whether a name is that of an operating system's side file."""
    base = name.rsplit("/", 1)[-1]
    return name.startswith(_CLUTTER) or "/__MACOSX/" in name or base in _CLUTTER or base.startswith("._")


def order(name: str) -> tuple[bool, str]:
    """Return the key by which members are sorted."""
    return (not name.lower().endswith(_INDEXES), name)


def shown(name: str) -> str:
    """Return a name that is safe to print."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[:300]
