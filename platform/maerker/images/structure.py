"""Whether a picture file is whole, found by walking over its parts without decoding a pixel.

Costs milliseconds even for 15 MB. What is well-formed outside and damaged inside is found by the job that decodes.
"""

import re

from maerker.images.errors import BrokenImage, TooManyPixels

_MOST_SCANS = 100
_MARKER_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START_OF_SCAN, _END = 0xDA, 0xD9
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}


def check_jpeg(data: bytes) -> None:
    """Walk over the segments to the end marker. Raises BrokenImage if it is missing, as after a lost connection.

    A file of more than a hundred scans is refused too: no camera writes that, and each costs a pass over all pixels.
    What follows the end marker (the second picture of some phones, a hidden film) does not matter: it is never kept.
    """
    position, scans = 2, 0
    while position + 2 <= len(data):
        if data[position] != 0xFF:
            raise BrokenImage
        marker = data[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        if marker == _END:
            if scans:
                return
            raise BrokenImage
        position += 2
        if marker in _WITHOUT_LENGTH:
            continue
        position += _length(data, position)
        if marker == _START_OF_SCAN:
            scans += 1
            following = _MARKER_AFTER_SCAN.search(data, position)
            if following is None or scans > _MOST_SCANS:
                raise BrokenImage
            position = following.start()
    raise BrokenImage


def check_webp(data: bytes, most_pixels: int) -> None:
    """Read the canvas size before the decoder makes room for it. Raises BrokenImage, TooManyPixels."""
    if len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise BrokenImage
    chunk, body = data[12:16], data[20:30]
    if chunk == b"VP8X":
        width = int.from_bytes(body[4:7], "little") + 1
        height = int.from_bytes(body[7:10], "little") + 1
    elif chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 ":
        width = int.from_bytes(body[6:8], "little") & 0x3FFF
        height = int.from_bytes(body[8:10], "little") & 0x3FFF
    else:
        raise BrokenImage
    if width * height > most_pixels:
        raise TooManyPixels


def check_heif(data: bytes) -> None:
    """Walk over the outermost boxes. Raises BrokenImage if one reaches beyond the end of the file."""
    position = 0
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size == 0:  # the last box, up to the end
            return
        if size < 8 or position + size > len(data):
            raise BrokenImage
        position += size


def _length(data: bytes, position: int) -> int:
    length = int.from_bytes(data[position : position + 2], "big")
    if length < 2 or position + length > len(data):
        raise BrokenImage
    return length
