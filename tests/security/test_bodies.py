"""What is too large is refused before it is read: a 413 with a sentence, and nothing written."""

import io
import tracemalloc
from typing import Any

import pytest

from maerker.web.legible import LARGEST_FORM
from tests.habits.test_routes import address, counts, routes, values
from tests.makers import MadeTown, a_published_report, a_visitor, signed_in
from tests.tenants.portal.filled_form import a_photo, fill_matter, fill_place, upload
from tests.world import Visitor

TEN_MEGABYTES = 10 * 1024 * 1024


def send(visitor: Visitor, path: str, body: bytes, kind: str, **environ: Any) -> Any:
    return visitor._open(path, method="POST", data=body, content_type=kind, environ_overrides={
        "REMOTE_ADDR": visitor.address, **environ,
    })


def test_no_form_takes_ten_megabytes(town: MadeTown) -> None:
    number = a_published_report(town)
    editor = signed_in(town)
    before = counts(town)
    given = values(town, number, "")
    body = b"csrf_token=x&description=" + b"a" * TEN_MEGABYTES
    for _, method, rule, _ in routes():
        if method == "POST":
            path = address(rule, given)
            assert send(editor, path, body, "application/x-www-form-urlencoded").status_code == 413, path
    assert counts(town) == before


def test_a_large_body_is_not_even_read(town: MadeTown) -> None:
    """76 MB of `a&a&a...` would be 38 million fields and several gigabytes in a web process."""

    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, target: Any) -> int:
            size = len(target)
            Endless.taken += size
            target[:] = (b"a&" * (size // 2 + 1))[:size]
            return size

    visitor = a_visitor(town)
    for length in (str(70 * 1024 * 1024), None):
        Endless.taken = 0
        environ: dict[str, Any] = {"wsgi.input": io.BufferedReader(Endless()), "wsgi.input_terminated": True}
        environ |= {"CONTENT_LENGTH": length} if length else {"HTTP_TRANSFER_ENCODING": "chunked"}
        answer = visitor._open("/anmelden", method="POST", content_type="application/x-www-form-urlencoded",
                               environ_overrides={"REMOTE_ADDR": visitor.address, **environ})
        assert answer.status_code in (400, 413)
        assert Endless.taken <= 4 * LARGEST_FORM


def test_the_photos_still_take_five_large_files_and_no_sixth_megabyte_more(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_place(visitor)
    fill_matter(visitor)
    large = a_photo() + b"\x00" * (14 * 1024 * 1024)
    assert upload(visitor, *((large, f"{n}.jpg") for n in range(5))).status_code == 303
    answer = upload(visitor, *((large, f"n{n}.jpg") for n in range(6)))
    assert answer.status_code == 413


def test_a_file_where_no_file_belongs_is_refused(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/anmelden")
    fields = {"csrf_token": visitor.token, "username": (io.BytesIO(b"x" * TEN_MEGABYTES), "x.bin")}
    assert visitor._open("/anmelden", method="POST", data=fields).status_code == 413


@pytest.mark.parametrize("number", [1001, 5000])
def test_thousands_of_parts_are_refused(town: MadeTown, number: int) -> None:
    visitor = a_visitor(town)
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    for path in ("/hinweise/neu", "/hinweise/neu/fotos", "/anmelden"):
        answer = send(visitor, path, part * number + b"--x--\r\n", "multipart/form-data; boundary=x")
        assert answer.status_code == 413, path


def test_ten_thousand_fields_cost_little_and_write_nothing(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/hinweise/neu")
    before = counts(town)
    body = f"csrf_token={visitor.token}&".encode() + b"&".join(b"f%d=%d" % (n, n) for n in range(10_000))
    tracemalloc.start()
    answer = send(visitor, "/hinweise/neu", body, "application/x-www-form-urlencoded")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 422
    assert peak < 60 * 1024 * 1024
    assert counts(town) == before


def test_a_part_with_endless_headers_is_refused(town: MadeTown) -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=\"" + b"a" * 2 * LARGEST_FORM + b"\"\r\n\r\nx\r\n--x--\r\n"
    answer = send(a_visitor(town), "/hinweise/neu/fotos", body, "multipart/form-data; boundary=x")
    assert answer.status_code in (400, 413)


def test_a_body_that_ends_too_soon_writes_nothing(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/hinweise/neu")
    before = counts(town)
    body = f"csrf_token={visitor.token}&street=Bahnhofstr".encode()
    answer = send(visitor, "/hinweise/neu", body, "application/x-www-form-urlencoded", CONTENT_LENGTH="5000")
    assert 400 <= answer.status_code < 500
    assert counts(town) == before


def test_a_desk_text_of_a_hundred_thousand_signs_is_said_to_be_too_long(town: MadeTown) -> None:
    number = a_published_report(town)
    editor = signed_in(town)
    editor.get(f"/redaktion/{number}/answer")
    answer = editor.post(f"/redaktion/{number}/answer", {"version": "2", "public_text": "ä" * 100_000})
    assert answer.status_code == 422
    assert "4.000" in answer.text
