"""Settings of the web app, from arguments or from ``KNEEWISE_WEB_...`` in the environment."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Where the app listens when nobody says otherwise.
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8471


class WebOptions(BaseSettings):
    """How the app is served.

    Attributes
    ----------
    host : str
        Address to listen on; anything but loopback is reachable from other machines.
    port : int
        0 takes any free port.
    session_days : int
        How long a browser stays signed in.
    body_limit_bytes : int
        Largest body of a request that is no upload.
    upload_limit_bytes : int
        Largest single uploaded file.
    processes : int
        How many answer in a clinic: while one works out a plan, another answers.
    public_host : str
        Name under which browsers reach a clinic behind its reverse proxy, such as ``knee.example.org``.
    staff_idle_minutes, staff_hours : int
        How long staff of a clinic stay signed in without doing anything, and at most.
    runner_idle_days, runner_days : int
        The same for its runners.
    """

    model_config = SettingsConfigDict(env_prefix="KNEEWISE_WEB_", frozen=True)

    host: str = DEFAULT_HOST
    port: int = Field(default=DEFAULT_PORT, ge=0, le=65_535)
    session_days: int = Field(default=30, ge=1)
    body_limit_bytes: int = Field(default=1_048_576, ge=1)
    upload_limit_bytes: int = Field(default=8 * 1_073_741_824, ge=1)
    processes: int = Field(default=2, ge=1, le=64)
    public_host: str = ""
    staff_idle_minutes: int = Field(default=30, ge=1)
    staff_hours: int = Field(default=10, ge=1)
    runner_idle_days: int = Field(default=14, ge=1)
    runner_days: int = Field(default=60, ge=1)
