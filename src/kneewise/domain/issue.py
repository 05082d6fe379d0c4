"""Expected trouble, told to the runner as part of the result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing about the input that the runner should know.

    Attributes
    ----------
    code : str
        Stable identifier in kebab case, for example ``"clock-jump"``.
    where : str
        File, record, frame or day that it concerns.
    text : str
        What happened and what it means, in words a runner understands.
    """

    code: str
    where: str
    text: str

    def to_json(self) -> dict[str, str]:
        """Return the contract's ``Issue`` object."""
        return {"code": self.code, "where": self.where, "text": self.text}
