"""Stories of photos with a report: taken in before the answer, wrong files named, seen by their sender alone."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from maerker.database.base import session
from maerker.storage.keys import StorageKey
from maerker.storage.local import LocalStorage
from tenants.portal import report_photos
from tenants.reports.models import ReportPhoto
from tests.makers import Here, MadeTown, a_tenant, a_visitor
from tests.tenants.portal.filled_form import (
    a_photo,
    drafts_of,
    fill_all,
    fill_matter,
    fill_place,
    kept_photos,
    send,
    upload,
)
from tests.world import Visitor

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def visitor(town: MadeTown) -> Visitor:
    """A citizen who has named place and matter."""
    visitor = a_visitor(town)
    fill_place(visitor)
    fill_matter(visitor)
    return visitor


def test_the_button_without_a_photo_says_so_and_keeps_the_descriptions(visitor: Visitor) -> None:
    upload(visitor, (a_photo(), "loch.jpg"))
    (photo,) = kept_photos(visitor)
    answer = upload(visitor, **{f"alt_{photo}": "Ein Loch"})
    assert answer.status_code == 422
    assert "Bitte wählen Sie zuerst ein Foto aus." in answer.text
    assert 'value="Ein Loch"' in visitor.get("/hinweise/neu/fotos").text


def test_a_town_keeps_only_so_many_bytes_of_photos_not_yet_sent(
    town: MadeTown, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_photo(1), a_photo(2)
    upload(visitor, (first, "loch.jpg"))
    room = len(first) + len(second) - 1
    monkeypatch.setattr(report_photos, "BYTES_FOR_STARTED_REPORTS", room)
    neighbour = a_visitor(town)
    fill_place(neighbour)
    answer = upload(neighbour, (second, "kante.jpg"))
    assert answer.status_code == 422
    assert "„kante.jpg“: Für Fotos ist hier zurzeit kein Platz" in answer.text
    assert len(files_of(town)) == 1
    assert neighbour.post("/hinweise/neu/fotos", {}).location == "/hinweise/neu/kontakt"
    elsewhere = a_visitor(a_tenant())
    fill_place(elsewhere)
    assert upload(elsewhere, (second, "kante.jpg")).status_code == 303


def test_the_files_of_one_upload_count_together(
    town: MadeTown, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_photo(1), a_photo(2)
    monkeypatch.setattr(report_photos, "BYTES_FOR_STARTED_REPORTS", len(first) + len(second) - 1)
    answer = upload(visitor, (first, "loch.jpg"), (second, "kante.jpg"))
    assert answer.status_code == 422
    assert "„kante.jpg“: Für Fotos" in answer.text
    assert "„loch.jpg“" not in answer.text
    assert len(kept_photos(visitor)) == 1


def test_one_address_uploads_only_so_much_in_a_day_whatever_the_town(town: MadeTown) -> None:
    """Else one could use up the room that a town has for the photos of all."""
    platform = Here.world.platform_with(rate_photo_megabytes_per_address=1)
    big = a_photo(1, size=(40, 40)) + b"\x00" * 700 * 1024
    visitor = a_visitor(town, platform=platform, address="198.51.100.81")
    fill_place(visitor)
    assert upload(visitor, (big, "loch.jpg")).status_code == 303
    elsewhere = a_visitor(a_tenant(), platform=platform, address="198.51.100.81")
    fill_place(elsewhere)
    answer = upload(elsewhere, (big, "kante.jpg"), (a_photo(2), "klein.jpg"))
    assert answer.status_code == 422
    assert "„kante.jpg“: Von Ihrem Anschluss kamen heute schon sehr viele Fotos." in answer.text
    assert len(kept_photos(elsewhere)) == 1
    neighbour = a_visitor(town, platform=platform, address="198.51.100.82")
    fill_place(neighbour)
    assert upload(neighbour, (big, "loch.jpg")).status_code == 303


def test_what_is_no_photo_uses_up_nothing_of_an_addresss_day(town: MadeTown) -> None:
    visitor = a_visitor(
        town, platform=Here.world.platform_with(rate_photo_megabytes_per_address=1), address="198.51.100.83"
    )
    fill_place(visitor)
    for _ in range(3):
        upload(visitor, (PDF + b"\x00" * 700 * 1024, "notiz.pdf"))
    assert upload(visitor, (a_photo(), "loch.jpg")).status_code == 303


def storage() -> LocalStorage:
    return LocalStorage(Here.world.settings.storage_folder)


def files_of(town: MadeTown) -> list[Path]:
    folder = Here.world.settings.storage_folder / str(town.tenant_id) / "photos"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_photos_are_on_disk_with_the_answer_and_go_into_the_report(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=2)
    names = kept_photos(visitor)
    assert [path.name for path in files_of(town)] == sorted(names)
    visitor.get("/hinweise/neu/pruefen")
    send(visitor)
    with Here.world.scope(town.tenant_id):
        rows = session().scalars(select(ReportPhoto).order_by(ReportPhoto.position)).all()
        assert [row.file for row in rows] == names
        assert [row.original_name for row in rows] == ["loch-0.jpg", "loch-1.jpg"]
    assert drafts_of(town)[0].photos == []
    assert storage().exists(StorageKey(town.tenant_id, "photos", names[0]))


def test_going_on_takes_the_chosen_photos_along(town: MadeTown, visitor: Visitor) -> None:
    visitor.get("/hinweise/neu/fotos")
    answer = visitor.post("/hinweise/neu/fotos", {"photos": [(io.BytesIO(a_photo()), "loch.jpg")]})
    assert answer.location == "/hinweise/neu/kontakt"
    assert len(kept_photos(visitor)) == 1


def test_going_on_without_a_photo(visitor: Visitor) -> None:
    visitor.get("/hinweise/neu/fotos")
    answer = visitor.post("/hinweise/neu/fotos", {"photos": (io.BytesIO(b""), "")})
    assert answer.location == "/hinweise/neu/kontakt"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (SVG, "SVG-Grafik"), (PDF, "PDF-Dokument"), (b"", "leer"), (a_photo(size=(900, 700))[:-400], "beschädigt"),
        (b"\xff\xd8\xff" + b"\x00" * 15 * 1024 * 1024, "größer als 15 MB"),
    ],
)
def test_a_wrong_file_is_named_and_the_others_are_kept(
    town: MadeTown, visitor: Visitor, data: bytes, sentence: str
) -> None:
    answer = upload(visitor, (a_photo(1), "gut.jpg"), (data, "Ordner/schlecht.jpg"), (a_photo(2), "auch-gut.jpg"))
    assert answer.status_code == 422
    assert "<title>Fehler: Haben" in answer.text
    assert "„schlecht.jpg“" in answer.text
    assert sentence in answer.text
    assert 'href="#photos"' in answer.text
    assert len(kept_photos(visitor)) == 2
    assert len(files_of(town)) == 2


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_without_being_opened(visitor: Visitor) -> None:
    stream = io.BytesIO()
    Image.new("1", (9000, 9000)).save(stream, "PNG")
    answer = upload(visitor, (stream.getvalue(), "bombe.png"))
    assert answer.status_code == 422
    assert "50 Megapixel" in answer.text
    assert kept_photos(visitor) == []


def test_the_sixth_photo_is_not_taken(town: MadeTown, visitor: Visitor) -> None:
    assert upload(visitor, *((a_photo(n), f"{n}.jpg") for n in range(4))).status_code == 303
    answer = upload(visitor, (a_photo(7), "fuenf.jpg"), (a_photo(8), "sechs.jpg"))
    assert answer.status_code == 422
    assert "„sechs.jpg“: Mehr als fünf Fotos" in answer.text
    assert 'id="photos"' in answer.text
    assert len(kept_photos(visitor)) == 5
    assert len(files_of(town)) == 5
    assert 'type="file"' not in visitor.get("/hinweise/neu/fotos").text


def test_the_same_upload_sent_twice_adds_nothing(visitor: Visitor) -> None:
    for _ in range(2):
        assert upload(visitor, (a_photo(1), "loch.jpg")).status_code == 303
    assert len(kept_photos(visitor)) == 1


def test_a_photo_can_be_removed_and_its_file_goes(town: MadeTown, visitor: Visitor) -> None:
    upload(visitor, (a_photo(1), "eins.jpg"), (a_photo(2), "zwei.jpg"))
    first, second = kept_photos(visitor)
    answer = visitor.post("/hinweise/neu/fotos", {"remove_photo": first})
    assert answer.location == "/hinweise/neu/fotos"
    assert kept_photos(visitor) == [second]
    assert [path.name for path in files_of(town)] == [second]


def test_a_description_of_a_photo_is_kept(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=1)
    name = kept_photos(visitor)[0]
    visitor.post("/hinweise/neu/fotos?aendern=1", {f"alt_{name}": "Ein Loch in der Fahrbahn"})
    assert 'alt="Ein Loch in der Fahrbahn"' in visitor.get("/hinweise/neu/pruefen").text
    send(visitor)
    with Here.world.scope(town.tenant_id):
        assert session().scalar(select(ReportPhoto.alt)) == "Ein Loch in der Fahrbahn"


def test_only_the_sender_sees_an_uploaded_photo(town: MadeTown, visitor: Visitor) -> None:
    data = a_photo(1)
    upload(visitor, (data, "loch.jpg"))
    address = f"/hinweise/neu/fotos/{kept_photos(visitor)[0]}"
    answer = visitor.get(address)
    assert answer.data == data
    assert answer.content_type == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert a_visitor(town).get(address).status_code == 404
    other = a_tenant()
    stranger = a_visitor(other)
    stranger.client.set_cookie("maerker_form", visitor.cookies()["maerker_form"], domain=other.host)
    assert stranger.get(address).status_code == 404


def test_the_content_decides_what_a_photo_is_and_not_its_name(visitor: Visitor) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30)).save(stream, "PNG")
    upload(visitor, (stream.getvalue(), "seite.html"))
    assert visitor.get(f"/hinweise/neu/fotos/{kept_photos(visitor)[0]}").content_type == "image/png"


def test_an_unknown_photo_is_not_there(visitor: Visitor) -> None:
    for name in ("0" * 32, "..", "%2e%2e%2fetc"):
        assert visitor.get(f"/hinweise/neu/fotos/{name}").status_code in (404, 308)


def test_the_default_button_of_the_page_goes_on_and_removes_nothing(visitor: Visitor) -> None:
    upload(visitor, (a_photo(1), "loch.jpg"))
    page = visitor.get("/hinweise/neu/fotos").text
    form = page[page.index("<form", page.index("<main")):]
    first = re.search(r"<button[^>]*>", form)
    assert first
    assert "remove_photo" not in first.group(0)


def test_a_cookie_lost_at_the_photos_says_that_they_must_be_chosen_again(visitor: Visitor) -> None:
    visitor.client._cookies.clear()
    answer = upload(visitor, (a_photo(1), "loch.jpg"), csrf_token="")
    assert answer.status_code == 400
    assert "wählen Sie bitte noch einmal aus" in answer.text
