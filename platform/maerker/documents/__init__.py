"""The mechanism of documents: PDFs are made, taken in, shown as pages, and their signatures checked.

Nothing here knows a file, a town, Flask or the database: bytes and plain values go in, bytes and facts come out.
Worker jobs import these modules; web processes never do, for their libraries weigh tens of megabytes.
"""
