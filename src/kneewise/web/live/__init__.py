"""The page of a live session of quicker steps: beat, count, questions, result."""
