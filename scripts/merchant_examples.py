"""The receipts that scripts/fit_merchant learns from: drawn ones, lines of single words, and
transcribed ones whose category is clear."""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rapidfuzz import fuzz

from pipeline.accents import plain_capitals
from pipeline.assembly.merchant import category_model
from pipeline.categories import Category
from pipeline.data.parts import PARTS_FILE, Part, read_parts
from pipeline.document import Box, Page, Token
from pipeline.labels import label_of
from pipeline.synthetic.augmentation.ocr_errors import add_ocr_noise
from pipeline.synthetic.content import catalog
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.load import model_folder
from pipeline.world.brands import name_key
from pipeline.world.languages import languages
from pipeline.world.trades import trades

SEED = 500_000  # of the first drawn receipt
DRAWN = 4000
OF_EACH_RARE = 150
LANGUAGES = ("de", "en", "es", "fr", "id", "it", "nl", "pl", "pt")  # with goods of many trades
COUNTRIES = {"sroie": "MY", "cord": "ID", "portugal": "PT", "us": "US"}
TOLD = {
    Category.MEALS: "food & beverage(s)?|food and (beverages?|dining|drink)|food & (dining|drink)"
    "|food_and_.*|restaurants?|dining|meals?.*|dinner|takeaway|dine.in.*|beverages?|drinks",
    Category.GROCERIES: "grocer(y|ies)|food & groceries|alcohol",
    Category.FUEL: "fuel|gas|fuel purchase",
    Category.PARKING: "parking( fees?)?",
    Category.GROUND_TRANSPORT: "transport(ation)?|tolls?|toll fees?|travel",
    Category.OFFICE_SUPPLIES: "(books (&|and) )?stationery|printing services",
    Category.PHARMACY: "pharmacy|medical supplies|healthcare|health",
    Category.TELECOM: "telecommunications",
    Category.OTHER: "hardware.*|.*electronics|furniture|home improvement|tools.*"
    "|construction materials|construction supplies|clothing|automotive.*|car wash|auto repair"
    "|electrical .*|repair services|postal services?|postage.*|laundry_service|materials",
}
"""The labels of transcribed receipts that tell a category, as patterns in lower case."""


@dataclass(frozen=True)
class Example:
    """One receipt: its page, the tokens of name and items, and what is true of it.

    Attributes:
        source: the file of a transcribed receipt, "drawn" of others.
        country: "" of lines that are no receipt.
        group: of receipts of one merchant.
        brand: of a drawn receipt, "" for an invented merchant.
    """

    source: str
    group: str
    page: Page
    name: Sequence[int]
    items: Sequence[int]
    country: str
    category: Category
    brand: str = ""


def drawn() -> Iterator[Example]:
    """Drawn receipts of all trades as they come, and more of the rare ones, half with OCR
    errors."""
    kinds = [None] * DRAWN
    common = {"restaurant", "cafe", "supermarket", "hardware"}
    kinds += [kind for kind in catalog.KINDS if kind not in common for _ in range(OF_EACH_RARE)]
    for seed, kind in enumerate(kinds, SEED):
        receipt = draw_receipt(seed, kind=kind)
        page = add_ocr_noise(annotated_page(receipt), random.Random(seed))
        labels = [label_of(tag) for tag in page.tags]
        yield Example(
            "drawn",
            receipt.fields.get("merchant_name", receipt.id),
            page.page,
            [n for n, label in enumerate(labels) if label == "merchant_name"],
            [n for n, label in enumerate(labels) if label == "item_description"],
            receipt.locale.partition("_")[2],
            category_of(receipt.kind),
            receipt.brand,
        )


def category_of(kind: str) -> Category:
    """The category of a trade that is printed."""
    without_brands = {"taxi": Category.GROUND_TRANSPORT, "flight": Category.AIR}
    return without_brands.get(kind) or trades()[kind].category


def listed() -> Iterator[Example]:
    """A few lines for each word of a trade in each language, which receipts hold too rarely."""
    rng = random.Random(SEED)
    names = _yaml(Path(catalog.__file__).with_name("names.yaml"))["second"]
    for kind in catalog.KINDS:
        for language in sorted({*names[kind], *LANGUAGES}):
            for word in str(names[kind].get(language, names[kind]["any"])).split("|"):
                goods = rng.choices(catalog.goods(kind, language), k=rng.randint(1, 3))
                lines = [word, *goods]
                page = Page(1, len(lines), tuple(_tokens(lines)))
                first = len(word.split())
                items = range(first, len(page.tokens))
                yield Example(
                    "drawn", f"{kind} {word}", page, range(first), items, "", category_of(kind)
                )


def transcribed(folder: Path) -> list[Example]:
    """Those whose category is clear."""
    parts = read_parts(model_folder("receipts-base") / PARTS_FILE)
    rows = [
        row
        for source in COUNTRIES
        for row in map(json.loads, (folder / f"{source}.jsonl").open(encoding="utf-8"))
        if parts.get((source, Path(row.get("picture") or row["id"]).stem)) is not Part.HELD_OUT
    ]
    groups = merchants(rows)
    votes = defaultdict(Counter)
    for row, group in zip(rows, groups, strict=True):
        if category := told(row):
            votes[group][category] += 1
    return [
        example(row, group, category)
        for row, group in zip(rows, groups, strict=True)
        if (category := agreed(votes[group]))
    ]


def told(row: Mapping[str, object]) -> Category | None:
    label = str(row["category"] or "").lower()
    return next((c for c, pattern in TOLD.items() if re.fullmatch(pattern, label)), None)


def agreed(votes: Counter[Category]) -> Category | None:
    """What most labels of a merchant say."""
    if not votes:
        return None
    category, count = votes.most_common(1)[0]
    return category if count >= 0.6 * votes.total() else None


def merchants(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """The merchant of each receipt: equal tax numbers or similar names are one."""
    groups: list[tuple[str, set[str]]] = []
    found = []
    for row in rows:
        name = re.sub(r"[^A-Z0-9 ]", "", plain_capitals(str(row["merchant_name"] or "")))
        tax_id = re.sub(r"\D", "", str(row["merchant_tax_id"] or ""))
        for group, tax_ids in groups:
            if name and (tax_id in tax_ids or fuzz.ratio(name[:14], group[:14]) > 80):
                break
        else:
            group, tax_ids = name or str(row["id"]), set()
            groups.append((group, tax_ids))
        tax_ids |= {tax_id} if len(tax_id) > 6 else set()
        found.append(group)
    return found


def example(row: Mapping[str, object], group: str, category: Category) -> Example:
    tokens = _tokens(row["lines"])
    page = Page(1, len(row["lines"]), tuple(tokens))
    name = place_of(str(row["merchant_name"] or ""), page)
    texts = [str(item["description"] or "") for item in row["items"]]
    bought = category_model.words_of(texts)
    items = [
        number
        for number, token in enumerate(tokens)
        if number not in name and category_model.words_of([token.text]) & bought
    ]
    source = str(row["source"])
    return Example(source, group, page, name, items, COUNTRIES[source], category)


def _tokens(lines: Sequence[str]) -> list[Token]:
    return [
        Token(word, Box(0, number, 1, number + 1), 1.0, number)
        for number, line in enumerate(lines)
        for word in line.split()
    ]


def place_of(name: str, page: Page) -> list[int]:
    """The tokens near the top that hold the name; none if it is not printed like that."""
    key, top = name_key(name), [token for line in page.lines()[:10] for token in line]
    for start in range(len(top) if key else 0):
        for end in range(start + 1, min(start + 15, len(top)) + 1):
            if name_key(" ".join(page.tokens[token].text for token in top[start:end])) == key:
                return top[start:end]
    return []


def vocabulary() -> set[str]:
    """The words of the printer's lists: goods, trades, and what tills print."""
    content = Path(catalog.__file__).parent
    texts = [str(goods) for path in content.glob("goods/*.yaml") for goods in _yaml(path).values()]
    names = _yaml(content / "names.yaml")["second"]
    texts += [text for by_language in names.values() for text in by_language.values()]
    texts += [text for one in languages() for lists in one.printing.values() for text in lists]
    return category_model.words_of(texts)


def _yaml(path: Path) -> dict[str, object]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
