"""Degrade pictures for robustness tests, one kind of damage at a time with a given strength."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from pipeline.document import Page
from pipeline.errors import ConfigError, did_you_mean
from pipeline.page_reader import PageReader

Damage = Callable[[Image.Image, float], Image.Image]
_SEED = 0


@dataclass(frozen=True, slots=True)
class Corruption:
    """One kind of damage with one strength, such as ``blur=2``; each kind has its own unit."""

    kind: str
    strength: float

    @property
    def name(self) -> str:
        return f"{self.kind}={self.strength:g}"

    def __call__(self, image: Image.Image) -> Image.Image:
        return _KINDS[self.kind].damage(image, self.strength)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of damage: the unit of its strength, the valid range and the defaults."""

    damage: Damage
    unit: str
    low: float
    high: float
    usual: tuple[float, ...]


class CorruptedReader:
    """An engine that reads damaged pictures."""

    def __init__(self, engine: PageReader, corruption: Corruption) -> None:
        self._engine = engine
        self._corruption = corruption
        self.name = engine.name

    def read(self, image: Image.Image) -> Page:
        return self._engine.read(self._corruption(image))


def parse_corruptions(text: str) -> list[Corruption]:
    """``all``, or kinds with or without a strength: ``rotation=5,blur``.

    Raises:
        ConfigError: an unknown kind, or a strength that is no number or out of range.
    """
    names = list(_KINDS) if text.strip() == "all" else text.split(",")
    return [corruption for name in names for corruption in _parse(name.strip())]


def _parse(entry: str) -> list[Corruption]:
    name, _, strength = entry.partition("=")
    if name not in _KINDS:
        raise ConfigError(
            f"no corruption {name!r}{did_you_mean(name, _KINDS)} (known: all, {', '.join(_KINDS)})"
        )
    kind = _KINDS[name]
    if not strength:
        return [Corruption(name, usual) for usual in kind.usual]
    try:
        value = float(strength)
    except ValueError as error:
        raise ConfigError(f"corruption {entry!r}: {strength!r} is not a number") from error
    if not kind.low <= value <= kind.high:
        raise ConfigError(f"corruption {entry!r}: {kind.unit}, {kind.low:g} to {kind.high:g}")
    return [Corruption(name, value)]


def _rotated(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(
        -degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=_paper_colour(image)
    )


def _skewed(image: Image.Image, degrees: float) -> Image.Image:
    """A shear: lines stay level, columns lean."""
    lean = np.tan(np.radians(degrees))
    extra = round(abs(lean) * image.height)
    shift = -extra if lean > 0 else 0
    return image.transform(
        (image.width + extra, image.height),
        Image.Transform.AFFINE,
        (1, lean, shift, 0, 1, 0),
        Image.Resampling.BICUBIC,
        fillcolor=_paper_colour(image),
    )


def _blurred(image: Image.Image, sigma: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(sigma))


def _low_resolution(image: Image.Image, scale: float) -> Image.Image:
    """Scale down and up again: detail is lost, the size stays."""
    small = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    reduced = image.resize(small, Image.Resampling.LANCZOS)
    return reduced.resize(image.size, Image.Resampling.BICUBIC)


def _jpeg(image: Image.Image, quality: float) -> Image.Image:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=round(quality))
    return Image.open(data).convert("RGB")


def _shadowed(image: Image.Image, depth: float) -> Image.Image:
    """A soft-edged shadow over the lower right half, along the falling diagonal."""
    rows = np.linspace(-1, 1, image.height)[:, None]
    columns = np.linspace(-1, 1, image.width)[None, :]
    shade = depth / (1 + np.exp(-12 * (rows + columns)))
    return _of_array(np.asarray(image, float) * (1 - shade)[..., None])


def _noisy(image: Image.Image, sigma: float) -> Image.Image:
    grain = np.random.default_rng(_SEED).normal(0, sigma, (image.height, image.width, 1))
    return _of_array(np.asarray(image, float) + grain)


def _of_array(picture: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _paper_colour(image: Image.Image) -> tuple[int, ...]:
    """The median of the four edges, used to continue the surroundings of the receipt."""
    picture = np.asarray(image)
    edges = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    return tuple(int(value) for value in np.median(np.concatenate(edges), axis=0))


_KINDS: dict[str, Kind] = {
    "rotation": Kind(_rotated, "degrees clockwise", -45, 45, (3, 10)),
    "skew": Kind(_skewed, "degrees of lean", -30, 30, (5, 15)),
    "blur": Kind(_blurred, "Gaussian, sigma in pixels", 0, 20, (1.5, 3)),
    "low-resolution": Kind(_low_resolution, "share of the sides' pixels kept", 0.05, 1, (0.5, 0.3)),
    "jpeg": Kind(_jpeg, "quality", 1, 95, (30, 10)),
    "shadow": Kind(_shadowed, "share of the light taken", 0, 1, (0.4, 0.7)),
    "noise": Kind(_noisy, "sigma in grey levels of 255", 0, 200, (15, 40)),
}
