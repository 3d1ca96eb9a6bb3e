"""The demo's photos on their way into the storage: painted once for each motif, filed for each report."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from uuid import UUID

from maerker.images.rendering import RenderedImage, Size, render_photo
from maerker.storage.interface import Storage
from maerker.storage.keys import StorageKey
from onboarding.demo.photos import draw_photo

_WRITERS = 8
WORDS = {
    "pothole": "Schlagloch in der Fahrbahn",
    "pavement": "Angehobene Gehwegplatten",
    "lamp": "Dunkle Laterne in der Dämmerung",
    "sign": "Zugewachsenes Verkehrszeichen",
    "ice": "Vereister Gehweg",
    "drain": "Verstopfter Straßenablauf mit großer Pfütze",
    "bin": "Überfüllter Papierkorb",
    "dumped": "Abgelagerter Müll am Wegrand",
    "graffiti": "Beschmierte Wand",
    "branch": "Abgebrochener Ast auf dem Weg",
    "playground": "Schaukel mit gerissener Aufhängung",
    "posters": "Zerrissene Plakate an einem Zaun",
    "bench": "Bank mit zerbrochenen Latten",
}


@dataclass(frozen=True)
class Print:
    """A painted photo with its sizes, ready to be filed."""

    original: bytes
    sizes: dict[Size, RenderedImage]

    @property
    def largest(self) -> RenderedImage:
        return max(self.sizes.values(), key=lambda image: image.width)


def words_for(motif: str) -> str:
    """What the picture shows, for those who cannot see it."""
    return WORDS[motif.rpartition("-")[0]]


def make_print(motif: str) -> Print:
    """Paint a motif ("pothole-2") and make its sizes."""
    scene, _, seed = motif.rpartition("-")
    original = draw_photo(scene, int(seed))
    return Print(original, render_photo(original).sizes)


class PhotoPress:
    """Prints motifs beside the loading and files copies of them for many reports."""

    def __init__(self, prints: dict[str, "Future[Print]"], storage: Storage, writers: ThreadPoolExecutor) -> None:
        self._prints = prints
        self._storage = storage
        self._writers = writers
        self._written: list[Future[None]] = []

    def file(self, motif: str, tenant: UUID, name: str) -> RenderedImage:
        """File a copy under this name; returns the largest size, whose width and height the photo's row takes."""
        done = self._prints[motif].result()
        self._written.append(self._writers.submit(self._put, done, tenant, name))
        return done.largest

    def _put(self, done: Print, tenant: UUID, name: str) -> None:
        self._storage.put(StorageKey(tenant, "photos", name), done.original, "image/jpeg")
        for size, image in done.sizes.items():
            self._storage.put(StorageKey(tenant, "photos", f"{name}-{size}.jpg"), image.data, image.media_type)

    def finish(self) -> None:
        """Wait until everything is on the disk. Raises what went wrong."""
        for written in self._written:
            written.result()


@contextmanager
def photo_press(motifs: Iterable[str], storage: Storage) -> Iterator[PhotoPress]:
    """Start printing in a process of its own. Open it before the database is connected: it is forked."""
    with (
        ProcessPoolExecutor(max_workers=1, mp_context=get_context("fork")) as printer,
        ThreadPoolExecutor(max_workers=_WRITERS) as writers,
    ):
        press = PhotoPress({motif: printer.submit(make_print, motif) for motif in motifs}, storage, writers)
        yield press
        press.finish()
