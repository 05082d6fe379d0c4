"""A QR code as a drawing of the page: made here, loaded from nowhere."""

from __future__ import annotations

from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Return an inline SVG: dark on light in every theme, as readers need it, with the quiet zone of four modules.

    ISO/IEC 18004, level M: a seventh of it may be unreadable.
    """
    import segno

    code = segno.make_qr(text, error="m", boost_error=False)
    drawing = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawing)  # noqa: S704 - a path of numbers; the text is not in it
