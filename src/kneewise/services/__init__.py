"""Use cases: the only place where computation, storage and time meet.

Modules are imported one by one (``kneewise.services.importing``), so that a command pays only for what it does.
"""
