"""Convert any pixel format to 8-bit RGB on white."""

from __future__ import annotations

from PIL import Image


def eight_bit(image: Image.Image) -> Image.Image:
    """Convert 16-bit and floating-point grey to 8 bits; other modes pass unchanged."""
    if image.mode.startswith("I;16"):
        return _stretched(image.convert("I"), 0, 65535)
    if image.mode in ("I", "F"):
        # These modes define no black and white: take the darkest and the brightest pixel.
        darkest, brightest = image.getextrema()
        assert isinstance(darkest, int | float) and isinstance(brightest, int | float)
        return _stretched(image, darkest, brightest)
    return image


def _stretched(image: Image.Image, black: float, white: float) -> Image.Image:
    """An 8-bit grey image with ``black`` mapped to 0 and ``white`` to 255."""
    if white <= black:
        return Image.new("L", image.size, "white")
    scale = 255 / (white - black)
    offset = -black * scale
    return image.convert("F").point(lambda value: value * scale + offset).convert("L")


def on_white(image: Image.Image) -> Image.Image:
    """The image as RGB, on a white background where it is transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(white, rgba).convert("RGB")
