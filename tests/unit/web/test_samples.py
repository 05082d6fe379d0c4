"""The demo's sample runs: reached from the made runner's pages, told apart, and nowhere in a real record."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from starlette.testclient import TestClient
from tests.unit.web.conftest import ADDRESS

from kneewise.services.place import Place
from kneewise.web.app import create_app
from kneewise.web.options import WebOptions


def test_a_visitor_opens_the_sample_runs(demo_made: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_made, tmp_path / "demo")
    application = create_app(Place(tmp_path / "demo", runner_id="me"), WebOptions())
    with TestClient(application, base_url=ADDRESS) as client:
        client.get("/start", params={"token": application.state.start_token.text})
        listed = client.get("/runs").text
        assert 'href="/runs#samples"' in listed  # the banner leads there
        of_others = listed[listed.index('id="samples"') :]
        addresses = re.findall(r'href="(/runs/[0-9a-f]+)"', of_others)
        assert len(addresses) == 3
        for address in addresses:
            shown = client.get(address)
            assert shown.status_code == 200
            assert "a real one, of another person" in shown.text
            assert client.get(f"{address}/way", headers={"hx-request": "true"}).status_code == 200
        [own, *_] = re.findall(r'href="(/runs/[0-9a-f]+)"', listed)
        assert own not in addresses
        assert "a real one, of another person" not in client.get(own).text
        # They count nowhere in the made runner's record.
        known = {f"/runs/{run['id']}" for run in client.get("/api/activities").json()}
        assert known
        assert known.isdisjoint(addresses)
        assert client.get("/runs/0123456789abcdef").status_code == 404


def test_a_real_record_has_no_sample_runs(client: TestClient) -> None:
    assert "samples" not in client.get("/runs").text
    assert client.get("/runs/0123456789abcdef").status_code == 404
