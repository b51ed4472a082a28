"""An exception's message as it may be told: without what looks like somebody's, an address, an id, a secret.

By the rules paths that no route matched are told by, but for small numbers: they are what a message is about.
"""

from __future__ import annotations

import re

from millstream import limits
from millstream.traffic.masking import MASK, Masking, printable
from millstream.traffic.unmatched import DIGITS, HEX, ID, KINDS, NUMBER, READ_CHARS, UUID, is_token

NAME_DIGITS = 2
NAME_RUN = 2.2  # letters on end; by chance they are one or two

_WORD = re.compile(r"""[^\s"'()\[\]{}<>,;:=/|]+""")
_BESIDE = re.compile(r"([\w-]{1,64})\s+")
# Of words, only what nobody says by chance: a token that expired is not its secret.
_SAID = re.compile(r"""[([<]*("[^"]*"|'[^']*'|\S*\d\S*)""")
# What SQLAlchemy and pydantic add of the values at hand.
_VALUES = re.compile(r"(\[parameters: |\binput_value=).*?(?=, input_type=|\(Background on this error|$)", re.S | re.M)


def shown_message(message: str, masking: Masking) -> str:
    """On one line; it may hold anything: what is not recognised as somebody's is shown as it is."""
    whole = message[:READ_CHARS]
    if len(message) > READ_CHARS:
        whole = whole.rpartition(" ")[0]  # half a secret does not look like one
    text = masking.of_text(_VALUES.sub(rf"\1{MASK} ", whole)).text
    text = masking.behind(_BESIDE, _SAID, text, [])
    text = _WORD.sub(lambda found: _shown_word(found[0]), text)
    clean = printable(text)
    return " ".join(clean.split())[: limits.FAILURE_MESSAGE_CHARS]


def _shown_word(word: str) -> str:
    if "@" in word.strip("@") or UUID.search(word) or (is_token(word) and not _is_name(word)):
        return ID
    return DIGITS.sub(NUMBER, ".".join(ID if HEX.fullmatch(piece) else piece for piece in word.split(".")))


def _is_name(word: str) -> bool:
    """`sqlite3.IntegrityError` changes as often as a token, but is made of words."""
    kinds = KINDS.findall(word)
    digits = [kind for kind in kinds if kind.isdecimal()]
    return len("".join(digits)) <= NAME_DIGITS and sum(map(len, kinds)) >= NAME_RUN * len(kinds)
