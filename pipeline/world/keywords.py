"""Key words of receipts in eight languages.

English, German, French, Spanish, Italian, Dutch, Malay and Indonesian. To teach the rules
another language, add its words here; no other module of the rules holds any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?<![a-z])(?:" + "|".join(words) + r")(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """A key word: words that announce an amount.

    Attributes:
        label: of the amount; ``None`` where no field books it, as in "total qty".
        words: what announces it.
        strength: fixed by hand, between 0 and 1; not calibrated, only an order.
    """

    label: str | None
    words: re.Pattern[str]
    strength: float = 0.8


_TAX = r"(?:g\.?s\.?t\.?|s\.?s\.?t\.?|h\.?s\.?t\.?|v\.?a\.?t\.?|tax(?:es)?|mwst|ust|tva|iva|btw|ppn|ptu|moms|mva|dph|alv)"
_RATE = r"[\s.(:@]*(?:\d+(?:[.,]\d+)?\s*%?)?[\s).]*"
_TOTAL = r"(?:tota?a?le?t?|t0tal|toal|ttl|tl|jumlah|summe|sum(?:ma)?|suma|razem|celkem|yhteens[aä]|[oö]sszesen)"
_INCLUDED = rf"(?:[\s(]*{_TAX}\s*incl?\w*\)?)?"

# What a tax is on: one amount for each rate.
_TAX_BASE = r"sprzed\w*\.?\s*opod\w*\.?(?:\s*ptu)?"

# In the order of asking: what one key has matched, no later key sees. So "sub total" and
# "total qty" are taken before "total", and "total incl. tax" before "tax".
KEYS: tuple[Key, ...] = (
    Key("total", _any(
        rf"(?:nett?\s*)?{_TOTAL}\s*(?:after\s*|atf\s*)?(?:round\w*|rnd|adj\w*)(?:\s*incl?\s*{_TAX})?",
        rf"round\w*\s*{_TOTAL}", rf"grand\s*{_TOTAL}", rf"nett?\s*{_TOTAL}", r"pay\s*amount",
        rf"{_TOTAL}\s*(?:payable|due|a\s*pagar){_INCLUDED}", r"nett?\s*am(?:oun)?t",
        r"(?:amount|amt|payment|balance|bal)\s*(?:due|payable)", r"zu\s*zahlen", r"gesamt\w*",
        r"net\s*[aà]\s*payer", r"a\s*pagar", r"te\s*betalen", r"do\s*zap[lł]aty", r"att?\s*betal[ae]", r"i\s*alt", rf"{_TOTAL}\s*(?:t\.?t\.?c|importe|complessivo|eur)",
    ), 0.9),
    Key(None, _any(
        rf"{_TOTAL}\s*(?:no\.?\s*of|number\s*of|qty|quantity|items?|points?|pcs|articles?|of\s*items)",
        rf"{_TOTAL}[\w\s-]*(?:savings?|saved)", rf"savings?\s*{_TOTAL}", r"you\s*saved?", r"your\s*savings?",
        r"sie\s*sparen", r"[eé]conomisez", "risparmio", "hemat", "ahorro",
        r"items?\s*sold", r"(?:item|jumlah)\s*(?:count|item)", r"new\s*balance", "points", "qty",
        r"round\w*(?:\s*adj\w*|\s*diff\w*)?", "pembulatan", r"rundung\w*", "kartu",
        r"(?:service|svc|serv)\.?\s*(?:ch(?:ar)?ge?|chrg)\w*", r"cash(?:ier|back)\w*",
        _TAX_BASE,
    )),
    Key("subtotal", _any(
        r"sub[\s.-]*(?:tota?a?le?|ttl|tl)", "zwischensumme", r"s/\s*total", r"jumlah\s*kecil", "delsumma?", "podsuma", "mellomsum", r"mezisou[cč]et", r"sous[\s-]*total", r"total\s*h\.?t",
        rf"(?:{_TOTAL}|amount|amt)(?:\s*(?:sales|amount|amt|price))?[\s(]*"
        rf"(?:excl?|exclu\w*|before|without|ohne|excl\w*)\.?\s*(?:of)?{_RATE}{_TAX}?\)?",
        r"net\s*sales", r"gross\s*am(?:oun)?t", r"netto\w*", r"harga\s*jual", "imponibile",
        r"base\s*imponible", r"taxable\s*(?:am(?:oun)?t|total)", r"(?:food|items?(?:\(s\))?)\s*total",
    )),
    Key("tax", _any(
        rf"{_TOTAL}\s*(?:amount\s*)?(?:of\s*)?{_TAX}(?:\s*am(?:oun)?t)?(?!\W*incl?)",
        rf"{_TOTAL}\s*includes{_RATE}{_TAX}", rf"{_TAX}{_RATE}included\s*in\s*{_TOTAL}",
        r"pajak\s*resto\w*",
    ), 0.7),
    Key("total", _any(
        rf"(?:{_TOTAL}|amount|amt)(?:\s*(?:sales|amount|amt|rm))?[\s(]*"
        rf"(?:incl?|inclu\w*|with|inkl)[.,]?\s*(?:of)?{_RATE}{_TAX}?\)?",
        rf"{_TOTAL}[\s(]*{_TAX}\s*incl?\w*\)?",
    ), 0.75),
    Key("change", _any(
        "changed?", r"r[uü]ckgeld", "wechselgeld", r"(?:a\s*)?rend(?:u|re)", "cambio", "resto", "wisselgeld",
        "kembali(?:an)?", "baki", "reszta", "troco", "vuelto", r"vr[aá]ti?t", r"vr[aá]ceno", r"v[aä]xel",
        "tillbaka", "visszaj[aá]r[oó]", "takaisin", r"change\s*due",
    )),
    Key("discount", _any(
        r"disc(?:ount)?", "rabatt", "remise", "descuento", "sconto", "korting", "diskon",
        "potongan", "coupon", "voucher",
    )),
    Key("tip", _any("tips?", "gratuity", "trinkgeld", "pourboire", "propina", "mancia", "fooi")),
    Key("tax", _any(_TAX, rf"(?:sales|local|state|city)\s*{_TAX}", r"p\.?b\.?\s*1", "pajak")),
    Key("total", _any(
        rf"{_TOTAL}(?:\s*(?:amount|amt|sales|price|rm|usd))?", "montant", "importe", "bedrag",
        "betrag",
    )),
    Key("cash", _any(
        "cash", r"amount\s*tendered", "tendered", "tender", "bar", r"esp[eè]ces", "efectivo",
        "contanti?", "contant", "tunai", "gegeben", "paid", "reçu", r"(?:pagamento\s*)?contante", r"bayar(?:\s*tunai)?",
        r"got[oó]wka", "kontanter?", r"hotov[eě]", r"k[eé]szp[eé]nz", r"k[aä]teinen", r"numer[aá]rio", "dinheiro",
    )),
)  # fmt: skip
ROUNDING = _any(r"round\w*", "pembulatan", "rundung")
SERVICE = _any(
    r"(?:services?|svc|serv?|srv|svr|suc)\.?(?:\s*(?:ch(?:ar)?ge?s?|chrg|chg|chr?))?", r"biaya\s*layanan",
    r"bedienung\w*", r"service\w+", "servizio", "coperto", "servicio", r"servi[cç]o", "gedeck", "couvert",
)  # fmt: skip
# What is added to a bill and is neither tip nor service.
FEE = _any(
    "fees?", "delivery", r"bag\s*charge", "surcharge", "levy", r"\w*gebühr", "lieferkosten", "livraison",
    r"env[ií]o", "consegna", r"bezorgkosten", "ongkir", r"biaya\s*kirim",
)  # fmt: skip
TAX_TABLE = _any(
    rf"{_TAX}\s*(?:summary|analysis|mary)", rf"{_TAX}\s*code", rf"{_TAX}\s*rate", r"code\s*%",
    rf"am(?:oun)?t\s*\(\w+\)\s*{_TAX}",
)  # fmt: skip
TAX_BASE = _any(_TAX_BASE)
COLUMN = _any(
    r"desc(?:ription)?s?", "items?", "qty", "quantity", r"u?[./]?price", r"u/?p", "amount", "amt",
    "total", "disc", "menge", "artikel", "preis", "harga", "cant", "prix", "prezzo", "prijs", "rm",
)  # fmt: skip

LEGAL = _any(
    "sdn", "bhd", "s/b", "inc", "llc", "ltd", "gmbh", "e\\.?k", "plc", "pte", "s\\.?r\\.?l",
    "b\\.?v", "enterprise", "restaurant", "restoran", "trading", "hardware", "pt",
)  # fmt: skip
ADDRESS = _any(
    r"jalan|jln?|lorong|taman|tmn|bandar|kampung|kg|lot|no\.?\s?\d[\w-]*|level|floor|unit|blok",
    r"street|st\.|road|rd\.?|ave(?:nue)?|blvd|lane|drive|dr\.|hwy|plaza|suite|p\.?o\.?\s?box",
    r"\w*stra(?:ß|ss)e|\w*str\.|\w*platz|\w*weg|\w*gasse|\w*allee|rue|bd|place|quai|calle|c/|plaza",
    r"via|viale|piazza|corso|largo|\w*straat|\w*plein|\w*laan|\w*gracht|mall|centre|highway|route",
    r"selangor|kuala|johor|penang|perak|melaka|malaysia|singapore|jakarta|bandung|surabaya",
)  # fmt: skip
NOT_HEADER = _any(
    r"reg(?:n|istration)?", "roc", "gst", "sst", "vat", "ust", r"tax", r"co(?:mpany)?\.?\s*(?:no|reg)",
    "invoice", "receipt", "bill", "date", "datum", "fax", "email", r"www", "cashier", "server",
    "table", "tbl", "order", "welcome", "thank", "trans", "inv", "doc(?:ument)?", "member",
    r"npwp", "kasir", "host", "guests?", "check", "chk", "terminal", "pos", "store\\s*(?:no|#|:)",
    "selamat", "copy", "scontrino", "quittung", "rechnung", "beleg", "struk", "facture", "factura",
    "ticket", "bon", "register", r"dine\s*in",
)  # fmt: skip
FAX = _any(r"f(?:ax)?\s*[:.]?(?=\s*[\d(+:])")
PHONE_KEY = _any(
    "tel(?:ephone|efon|efono|p|no)?",
    "phone",
    "ph",
    "hp",
    "call",
    "t",
    "p",
    "mobile",
    r"t[eé]l(?:[eé]phone)?",
    "fon",
)
DATE_KEY = _any("date", "datum", "fecha", "data", "tanggal", "tarikh", "tgl")
# Days on which nothing was bought.
OTHER_DATE = _any(
    r"return(?:s|ed)?", r"exp(?:\.|ir\w*)?", r"valid\w*", "until", "before", "by", "due", "since",
    r"g[uü]ltig", "bis", r"r[uü]ckgabe", "umtausch", "valable", r"jusqu\W?au", "avant", r"v[aá]lid[oa]s?",
    "hasta", "vence", "entro", r"scade\w*", "geldig", "tot", r"at[eé]", "validade", "berlaku", "sampai",
)  # fmt: skip
