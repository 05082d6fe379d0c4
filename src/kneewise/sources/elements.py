"""What TCX and GPX have in common: leaves with text inside points, points inside a track, tracks inside an activity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

#: Elements inside one another before a file is refused: real files need about 10, expat's memory grows with each.
MAX_DEPTH = 200


class TooDeepError(Exception):
    """More elements inside one another than any recording has."""


class LocalNames(dict[str, str]):
    """Element name to its local part in lower case, worked out once per name."""

    def __missing__(self, name: str) -> str:
        """Work out and keep the local part of a name seen for the first time."""
        local = self[name] = name.rpartition(":")[2].lower()
        return local


class _Slots(dict[str, str | None]):
    """Element name to the field that its text belongs to, ``""`` for points and structure, ``None`` for the rest."""

    def __init__(self, names: LocalNames, leaves: Mapping[str, str], structure: frozenset[str]) -> None:
        self._names, self._leaves, self._structure = names, leaves, structure

    def __missing__(self, name: str) -> str | None:
        local = self._names[name]
        slot = self[name] = self._leaves.get(local, "" if local in self._structure else None)
        return slot


class ElementReader:
    """Receives the tags of one file; subclasses know what the elements of their format mean.

    Texts of leaves gather in ``leaves`` until the element that owns them begins or ends. Inside a track only points
    are expected, so that lean handlers take over there: start tags cost nothing (TCX) or next to nothing (GPX).

    Attributes
    ----------
    stack : list of str
        Names of the open elements as written, down to the track while the lean handlers work.
    names : LocalNames
        Every element name seen.
    """

    #: Elements at which a damaged file can be taken up again, outermost first; the last two are track and point.
    levels: ClassVar[tuple[str, ...]]
    #: Local name of each leaf to the field that it fills.
    fields: ClassVar[Mapping[str, str]]
    #: Local names of the elements that ``opened`` and ``closed`` are told of.
    structure: ClassVar[frozenset[str]]
    points_carry_attributes: ClassVar[bool]

    def __init__(self, *, lean: bool) -> None:
        self.stack: list[str] = []
        self.names = LocalNames()
        self.leaves: dict[str, str] = {}
        self._lean = lean
        self._inside = False
        self._texts: list[str] = []
        self._attributes: dict[str, dict[str, str]] = {}
        self._slots = _Slots(self.names, self.fields, self.structure | {self.levels[-1]})
        self._end_inside = self._make_end_inside()
        self._parser: Any = None

    def opened(self, local: str, attributes: dict[str, str]) -> None:
        """Take note of the start of an element of the structure."""
        raise NotImplementedError

    def closed(self, local: str) -> None:
        """Take note of the end of an element of the structure."""
        raise NotImplementedError

    def point_began(self, attributes: dict[str, str]) -> dict[str, str]:
        """Return the fields that the attributes of a point hold; none unless the format has any."""
        del attributes
        return {}

    def point_ended(self, point: dict[str, str]) -> None:
        """Take one complete point."""
        raise NotImplementedError

    def attach(self, parser: Any) -> None:
        """Take the tags of an expat parser from here on."""
        self._parser = parser
        parser.CharacterDataHandler = self._texts.append
        self._install()

    def end(self, name: str) -> None:
        """Take an end tag."""
        if self.stack:
            self.stack.pop()
        slot = self._slots[name]
        if slot:
            if self._texts:
                self.leaves[slot] = self._texts[-1]
        elif slot == "":
            self._end_of_structure(self.names[name])
        self._texts.clear()

    def drop_leaves(self) -> None:
        """Forget the texts read since the last complete point."""
        self.leaves.clear()
        self._texts.clear()
        self._attributes.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.stack.append(name)
        if len(self.stack) > MAX_DEPTH:
            raise TooDeepError
        if self._slots[name] == "":
            local = self.names[name]
            if local == self.levels[-1]:
                self.leaves.clear()
                self.leaves.update(self.point_began(attributes))
                return
            self.opened(local, attributes)
            if self._lean and local == self.levels[-2]:
                self._inside = True
                self.drop_leaves()
                self._install()

    def _end_of_structure(self, local: str) -> None:
        if local == self.levels[-1]:
            self.point_ended(self.leaves.copy())
            self.leaves.clear()
            return
        if self._inside and local == self.levels[-2]:
            self._inside = False
            self.leaves.clear()
            self._install()
        self.closed(local)

    def _install(self) -> None:
        """Give the parser the handlers for where it stands."""
        if self._inside:
            # Storing the attributes under the element's name needs no Python frame per start tag.
            self._parser.StartElementHandler = self._attributes.__setitem__ if self.points_carry_attributes else None
            self._parser.EndElementHandler = self._end_inside
        else:
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self.end

    def _make_end_inside(self) -> Callable[[str], None]:
        """Return the handler of end tags inside a track: a closure, for most of the time of reading is spent there."""
        slots, texts, leaves, names = self._slots, self._texts, self.leaves, self.names
        forget, point_name, attributes = texts.clear, self.levels[-1], self._attributes

        def end_inside(name: str) -> None:
            slot = slots[name]
            if slot:
                if texts:
                    leaves[slot] = texts[-1]
                    forget()
            elif slot is None:
                return
            elif names[name] == point_name:
                if attributes:
                    leaves.update(self.point_began(attributes.get(name, {})))
                    attributes.clear()
                self.point_ended(leaves.copy())
                leaves.clear()
                forget()
            else:
                self.end(name)

        return end_inside
