"""What of a body is nobody's business, by the names of its fields and the looks of its values (docs/adr/0036-captures.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

MASK = "[masked]"
MOST_NAMED = 50  # places that are named; beyond that they are masked all the same
PLACE_CHARS = 128

# Words that a field's name may contain, and names that are too short to be looked for inside others ("pin" in "shipping").
WITHIN = (
    *("password", "passwd", "passphrase", "secret", "token", "authorization", "apikey", "accesskey", "privatekey"),
    *("credential", "cookie", "cardnumber", "creditcard", "accountnumber", "socialsecurity", "iban"),
)
WHOLE = frozenset(
    {"pwd", "pass", "pin", "otp", "cvv", "cvc", "ssn", "pan", "card", "jwt", "auth", "session", "sessionid"}
)
_CREDENTIAL = re.compile(r"(?i)\bbearer\s+[\w.~+/=-]{16,}|\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*|-----BEGIN [^-]+-----.*", re.S)
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_NAMED = re.compile(r"""["']?([\w.-]{1,64})["']?\s*[:=]\s*""")
_VALUE = re.compile(r""""[^"]*"|'[^']*'|[^\s,;&]+""")
# In source code and what resembles it a name may stand in quotes that are escaped, and before a comma.
_WRITTEN = re.compile(r"""(?<![\w.-])([\w.-]++)(?:[\\"'\])]{0,8}\s*[:=]|\\?["']\s*,)\s*""")
_REST = re.compile(r".+", re.S)
# Between a scheme and a host: who, with which password or token.
_USER = re.compile(r"(?<=://)(?:[^\s/@:]*:[^\s/]+|[^\s/@:]{16,})(?=@)")


class Masked(NamedTuple):
    """A text that may be shown, and where something was taken out of it."""

    text: str
    places: tuple[str, ...]


class Masking:
    """The rules.

    Args:
        more: names of fields that are masked beside the usual ones, in any spelling (`customer_no`, `customerNo`).
    """

    def __init__(self, more: Iterable[str] = ()) -> None:
        self._whole = WHOLE | {_plain(name) for name in more}

    def of_json(self, text: str) -> Masked:
        """A document of JSON.

        Raises:
            ValueError, RecursionError: it is none, or one that is too deep.
        """
        places: list[str] = []
        shown = self._walk(json.loads(text), "$", places)
        return _masked(json.dumps(shown, ensure_ascii=False, separators=(", ", ": ")), places)

    def of_form(self, text: str) -> Masked:
        """A form's fields, as its address would have them; shown a line each.

        Raises:
            ValueError: they are too many.
        """
        places: list[str] = []
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=1_000)
        shown = [f"{name} = {self._field(name, value, name, places)}" for name, value in fields]
        return _masked("\n".join(shown), places)

    def of_text(self, text: str) -> Masked:
        """Words: what follows such a name and a colon or an equals sign, and what looks like a credential."""
        places: list[str] = []
        # First the credentials: "Authorization: Bearer x" is one value of two words.
        shown = self.behind(_NAMED, _VALUE, _looked_through(text, "text", places), places)
        return _masked(shown, places)

    def of_source(self, text: str) -> str:
        """Source code, or what an object says of itself: where a secret's value ends is not known, so it is masked to the end."""
        return self.behind(_WRITTEN, _REST, _looked_through(text, "text", []), [])

    def behind(self, named: re.Pattern[str], value: re.Pattern[str], text: str, places: list[str]) -> str:
        """A text without the values that stand behind a secret's name; another's value may hold such a name in turn."""
        pieces: list[str] = []
        at = 0
        for name in named.finditer(text):
            if name.start() >= at and self.hides(name[1]) and (found := value.match(text, name.end())):
                places.append(name[1])
                pieces += text[at : name.end()], MASK
                at = found.end()
        return "".join(pieces) + text[at:]

    def _walk(self, value: Any, at: str, places: list[str]) -> Any:
        if isinstance(value, dict):
            return {key: self._field(key, inner, f"{at}.{key}", places) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._walk(inner, f"{at}[{index}]", places) for index, inner in enumerate(value)]
        if isinstance(value, str):
            return _looked_through(value, at, places)
        if isinstance(value, int) and not isinstance(value, bool) and _is_card(str(value)):
            places.append(at)
            return MASK
        return value

    def _field(self, name: str, value: Any, at: str, places: list[str]) -> Any:
        if value is None or value == "" or not self.hides(name):
            return self._walk(value, at, places)
        places.append(at)
        return MASK

    def hides(self, name: str) -> bool:
        """Whether what has that name is masked, whatever it is."""
        plain = _plain(name)
        return plain in self._whole or any(word in plain for word in WITHIN)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _masked(text: str, places: list[str]) -> Masked:
    # A name is somebody's input, too.
    named = dict.fromkeys(printable(place[:PLACE_CHARS]) for place in places)
    return Masked(encodable(text), tuple(map(encodable, named))[:MOST_NAMED])


def printable(text: str) -> str:
    """The same with a space for each character that is none to be seen."""
    return text if text.isprintable() else "".join([c if c.isprintable() else " " for c in text])


def encodable(text: str) -> str:
    """As UTF-8 can say it: JSON may hold half a surrogate pair, which no UTF-8 does."""
    return text.encode(errors="replace").decode()


def _looked_through(value: str, at: str, places: list[str]) -> str:
    def card(found: re.Match[str]) -> str:
        return MASK if _is_card(re.sub(r"[ -]", "", found[0])) else found[0]

    shown = value
    looks: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
        (_CREDENTIAL, MASK),
        (_USER, MASK),
        (_CARD, card),
    )
    for pattern, by in looks:
        shown = pattern.sub(by, shown)
    if shown != value:
        places.append(at)
    return shown


def _is_card(digits: str) -> bool:
    """ISO/IEC 7812: 13 to 19 digits whose last checks the others (Luhn)."""
    if not 13 <= len(digits) <= 19 or not digits.isdecimal():
        return False
    doubled = (2 * int(d) for d in digits[-2::-2])
    return (sum(int(d) for d in digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0
