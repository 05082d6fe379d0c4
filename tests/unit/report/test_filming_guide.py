"""The filming guide."""

from __future__ import annotations

import re

from kneewise.report.filming_guide import filming_guide_html


def test_the_guide_needs_nothing_from_elsewhere() -> None:
    page = filming_guide_html()
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=|url\(|<script", page)


def test_the_guide_says_what_refusals_ask_for() -> None:
    page = filming_guide_html()
    for words in ("120 or 240", "60 to 80 %", "3 to 5 m", "ten strides", "level", "slower than life", "tight"):
        assert words in page
    assert page.count("<svg") == page.count('role="img"') == 2
