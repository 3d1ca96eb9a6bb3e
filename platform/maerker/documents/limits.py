"""How much an uploaded document may be. Doors read these figures without loading what reads documents."""

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 60

# A page of 2 m is larger than any sheet an office scans, and far below the 5 m that the format allows.
MAX_SIDE_IN_POINTS = 5_670.0
# One picture on a page of a PDF: A3 at 600 dpi has 70 million pixels.
MAX_PIXELS_ON_A_PAGE = 80_000_000
# Numbered parts of a PDF: the longest agreement has about 1,500.
MAX_OBJECTS = 60_000
# Signatures in one file: two for each side, and room for time stamps.
MAX_SIGNATURES = 8
