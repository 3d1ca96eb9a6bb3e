"""Arms that a town hands in: what is drawn stays, what could act or fetch goes, what is no picture is refused."""

import base64
import io

import pytest
from PIL import Image

from tenants.profile.arms import ArmsRefused, clean_arms

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10"'


def svg(inside: str, more: str = "") -> bytes:
    return f'{HEAD}{more}><path d="M0 0h9v9z" fill="#123456"/>{inside}</svg>'.encode()


def a_png(width: int = 40, height: int = 60) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 10, 10, 128)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("inside", [
    "<script>alert(1)</script>",
    '<script href="https://evil.example/x.js"/>',
    '<path d="M0 0" onload="alert(1)"/>',
    '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(1)"/></p></foreignObject>',
    '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
    '<use href="https://evil.example/x.svg#a"/>',
    '<image href="https://evil.example/pixel.png"/>',
    '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    '<image href="data:image/png;base64,bm8gcG5n"/>',
    '<style>@import url("https://evil.example/x.css");</style>',
    "<style>.a{fill:url(https://evil.example/x)}</style>",
    '<path d="M0 0" style="fill:url(https://evil.example/x)"/>',
    '<path d="M0 0" style="fill:u\\72l(https://evil.example/x)"/>',
    '<path d="M0 0" fill="url(//evil.example/x)"/>',
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<set attributeName="onload" to="alert(1)"/>',
    '<iframe src="https://evil.example"/>',
])
def test_what_acts_or_fetches_is_gone_and_the_drawing_stays(inside: str) -> None:
    clean = clean_arms(svg(inside))
    assert clean.left_away
    assert "#123456" in clean.svg
    unwanted = ("evil", "alert", "script", "onload", "foreignObject", "iframe", "animate", "<set", "import", "svg+xml")
    for word in unwanted:
        assert word not in clean.svg


def test_the_signs_of_a_closed_tag_in_words_stay_words() -> None:
    clean = clean_arms(svg("<title>a &lt;script&gt; b</title><style>/* </style>*/ .a{fill:#fff}</style>"
                           .replace("/* </style>*/ ", "/* x */ ")))
    assert "<script>" not in clean.svg
    assert "&lt;script&gt;" in clean.svg
    assert ".a{fill:#fff}" in clean.svg


def test_a_usual_drawing_is_kept_as_it_is() -> None:
    inside = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
        '<clipPath id="c"><use xlink:href="#p"/></clipPath>'
        '<style type="text/css">.st0{fill:url(#g);clip-path:url("#c")}</style>'
        '<g transform="scale(2)"><rect class="st0" width="3" height="4" fill="url(#g)"/></g>'
    )
    clean = clean_arms(b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/svg11.dtd">'
                       + svg(inside, ' version="1.1" width="10mm" height="10mm"'))
    assert not clean.left_away
    for word in ('href="#p"', "url(#g)", "st0", "scale(2)", 'viewBox="0 0 10 10"'):
        assert word in clean.svg
    assert "width=\"10mm\"" not in clean.svg
    assert clean_arms(clean.svg.encode()) == clean


def test_drawing_programs_own_remarks_are_dropped_without_a_word() -> None:
    content = svg('<metadata>x</metadata><sodipodi:namedview xmlns:sodipodi="http://s/" pagecolor="#fff"/>',
                  ' xmlns:inkscape="http://i/" inkscape:version="1.2"')
    clean = clean_arms(content)
    assert not clean.left_away
    assert "sodipodi" not in clean.svg


def test_a_size_becomes_a_view_box() -> None:
    clean = clean_arms(b'<svg xmlns="http://www.w3.org/2000/svg" width="30px" height="40"><path d="M0 0h9"/></svg>')
    assert 'viewBox="0 0 30 40"' in clean.svg


def test_a_png_is_drawn_anew_and_small() -> None:
    clean = clean_arms(a_png(2000, 2400))
    coded = clean.svg.split("base64,")[1].split('"')[0]
    drawn = Image.open(io.BytesIO(base64.b64decode(coded)))
    assert drawn.height == 512
    assert clean_arms(clean.svg.encode()).svg.count("<image") == 1
    assert not clean_arms(clean.svg.encode()).left_away


BOMB = (
    b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/><text>&b;</text></svg>'
)


@pytest.mark.parametrize(("content", "words"), [
    (b"", "leer"),
    (b"GIF89a" + b"x" * 50, "weder ein SVG noch ein PNG"),
    (b"<html><body>svg</body></html>", "weder ein SVG noch ein PNG"),
    (svg("")[:-8], "beschädigt"),
    (BOMB, "beschädigt"),
    (svg('<use href="#a"/>' * 25), "beschädigt"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', "beschädigt"),
    (b'<svg xmlns="http://elsewhere/" viewBox="0 0 1 1"><path d="M0 0"/></svg>', "beschädigt"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>x</title></svg>', "nichts gezeichnet"),
    (svg(" " * 410_000), "größer als 400 KB"),
    (a_png()[:60], "PNG-Datei ist beschädigt"),
    (b"\x89PNG\r\n\x1a\n" + b"0" * (3 * 1024 * 1024), "größer als 3 MB"),
    (a_png(5000, 4000), "zu viele Bildpunkte"),
])
def test_what_is_no_picture_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(ArmsRefused) as refused:
        clean_arms(content)
    assert words in refused.value.fields["arms"]
