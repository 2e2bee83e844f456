"""Names of weekdays in eleven languages, as tills print them beside a date."""

from __future__ import annotations

import re

# English, German, French, Spanish, Italian, Dutch, Portuguese, Swedish and Danish, Polish,
# Indonesian and Malay; without accents. From Monday on. Of two letters they are other words too.
_WEEKDAYS = (
    "MON MONDAY MONTAG LUN LUNDI LUNES LUNEDI MAANDAG SEG SEGUNDA MAN MANDAG PON PONIEDZIALEK"
    " SENIN ISNIN",
    "TUE TUES TUESDAY DIENSTAG MAR MARDI MARTES MARTEDI DINSDAG TERCA TIS TISDAG TIRSDAG WTOREK"
    " SELASA",
    "WED WEDNESDAY MITTWOCH MER MERCREDI MIERCOLES MIE MERCOLEDI WOENSDAG QUARTA ONS ONSDAG SRODA"
    " RAB RABU",
    "THU THUR THURS THURSDAY DONNERSTAG JEU JEUDI JUE JUEVES GIO GIOVEDI DONDERDAG QUINTA TOR"
    " TORSDAG CZW CZWARTEK KAM KAMIS KHAMIS",
    "FRI FRIDAY FREITAG VEN VENDREDI VIE VIERNES VENERDI VRIJDAG SEXTA FREDAG PIATEK JUMAT JUMAAT",
    "SAT SATURDAY SAMSTAG SONNABEND SAM SAMEDI SAB SABADO SABATO ZATERDAG LORDAG SOBOTA SABTU",
    "SUN SUNDAY SONNTAG DIM DIMANCHE DOM DOMINGO DOMENICA ZONDAG SONDAG NIEDZIELA MINGGU AHAD",
)
_WEEKDAY_OF = {name: day for day, names in enumerate(_WEEKDAYS) for name in names.split()}
_BEFORE = re.compile(r"(?<![A-Z])([A-Z]{3,12})[\s.,]*$")
_BEHIND = re.compile(r"^[\s,(]*([A-Z]{3,12})(?![A-Z])")


def weekday_beside(before: str, behind: str) -> int | None:
    """The weekday named before or after a date, 0 for Monday.

    Both texts in capitals without accents.
    """
    for match in (_BEFORE.search(before), _BEHIND.match(behind)):
        if match and match[1] in _WEEKDAY_OF:
            return _WEEKDAY_OF[match[1]]
    return None
