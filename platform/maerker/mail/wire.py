"""How headers are written down so that every mail program shows umlauts and spaces as they were typed."""

import re
from email.header import Header
from email.headerregistry import AddressHeader
from email.policy import EmailPolicy
from typing import Any

_NEXT_HEADER = re.compile(r"\r(?!\n)|\n(?![ \t])")
_IDS = {"message-id", "in-reply-to", "references"}


class WirePolicy(EmailPolicy):
    """The standard library's policy for SMTP, except for message ids, and for names and subjects beyond ASCII.

    Ids longer than a line it encodes, so that no mail program finds the thread again. Names and subjects it encodes
    word by word, and sometimes loses the space where two encoded words meet at a line's end (found by the property
    test, on Python 3.11). Here they are encoded as a whole by `email.header.Header`, which loses none.
    """

    def fold(self, name: str, value: Any) -> str:
        """One header with its line end. Raises ValueError if it would begin another one."""
        folded = self._folded(name, value)
        if _NEXT_HEADER.search(folded[: -len(self.linesep)]):
            raise ValueError(f"the header {name} holds a line break")
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")

    def _folded(self, name: str, value: Any) -> str:
        end = self.linesep
        if name.lower() in _IDS:
            return f"{name}: {f'{end} '.join(str(value).split())}{end}"
        if name.lower() == "subject" and not str(value).isascii():
            return f"{name}: {self._encoded(name, str(value))}{end}"
        if isinstance(value, AddressHeader) and len(value.addresses) == 1:
            address = value.addresses[0]
            if not address.display_name.isascii() and address.addr_spec.isascii():
                return f"{name}: {self._encoded(name, address.display_name)}{end} <{address.addr_spec}>{end}"
        folded: str = super().fold(name, value)
        return folded

    def _encoded(self, name: str, words: str) -> str:
        return Header(words, "utf-8", header_name=name).encode(linesep=self.linesep)


WIRE = WirePolicy(linesep="\r\n", raise_on_defect=False)
