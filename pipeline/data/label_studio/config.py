"""Write the labelling configuration for a label set.

After Label Studio's template for OCR: rectangles, labels to put on them and a text for each;
and, a region, a mark where a value begins right behind another of the same label.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from xml.etree import ElementTree

from pipeline.data.label_studio.export import NEW_VALUE

IMAGE, BOX, LABEL, TEXT, SPAN = "image", "bbox", "label", "transcription", "span"
"""The names of the controls, which results refer to."""

_HOTKEYS = "1234567890qwertyuiopasdfghjklzxcvbnm"


def labelling_config(labels: Sequence[str]) -> str:
    """The XML to paste into the settings of the project."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(
        view, "Image", name=IMAGE, value=f"${IMAGE}", zoom="true", zoomControl="true"
    )
    choices = ElementTree.SubElement(view, "Labels", name=LABEL, toName=IMAGE)
    for number, label in enumerate(labels):
        entry = ElementTree.SubElement(
            choices, "Label", value=label, background=_colour(number, len(labels))
        )
        if number < len(_HOTKEYS):
            entry.set("hotkey", _HOTKEYS[number])
    ElementTree.SubElement(view, "Rectangle", name=BOX, toName=IMAGE, strokeWidth="2")
    ElementTree.SubElement(
        view,
        "TextArea",
        name=TEXT,
        toName=IMAGE,
        editable="true",
        perRegion="true",
        maxSubmissions="1",
        displayMode="region-list",
    )
    span = ElementTree.SubElement(
        view, "Choices", name=SPAN, toName=IMAGE, perRegion="true", choice="multiple"
    )
    ElementTree.SubElement(
        span, "Choice", value=NEW_VALUE, hint="Begins another value of the same label"
    )
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _colour(number: int, count: int) -> str:
    """Evenly spaced hues, as ``#rrggbb``."""
    red, green, blue = colorsys.hls_to_rgb(number / max(count, 1), 0.45, 0.8)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"
