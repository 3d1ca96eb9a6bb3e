"""The web server of an embedded instance: loads the application while the database starts, then serves it.

``python -m maerker.embedded.web`` takes gunicorn's arguments, the application last, and listens once its standard
input has ended.
"""

import sys

from gunicorn.app.wsgiapp import run
from gunicorn.util import import_app


def main() -> None:
    import_app(sys.argv[-1])  # made now and kept by its module; nothing asks the database before the first request
    sys.stdin.buffer.read()
    run(prog="gunicorn")


if __name__ == "__main__":
    main()
