"""What `receipts show` and `Receipt.draw` put on the page."""

import errno
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.documents.load import load_page
from pipeline.drawing import AMBER, GREEN, RED, colour_of, spread
from pipeline.extractor import Extractor
from pipeline.receipt import Amount, Field, LineItem, Receipt, Source


@pytest.fixture(scope="module")
def extractor():
    return Extractor()


def amount(value, confidence, box):
    return Field[Amount](
        value=Decimal(value), text=value, confidence=confidence, boxes=[box] if box else []
    )


def record_of(**contents):
    about = {"source": Source(path="no.jpg", page=1, sha256=None), "status": "ok"}
    return Receipt(**about, engine="fake", model="fake", **contents)


def test_boxes_are_coloured_by_confidence():
    page = Image.new("RGB", (200, 300), "white")
    record = record_of(
        size=(200, 300),
        total=amount("12.50", 0.99, (100, 200, 160, 220)),
        tax=amount("1.50", 0.7, (100, 150, 160, 170)),
        items=[LineItem(total=amount("12.50", 0.2, (100, 50, 160, 70)))],
    )
    drawn = record.draw(page)
    assert drawn.width > page.width
    for box, colour in [((100, 200), GREEN), ((100, 150), AMBER), ((100, 50), RED)]:
        assert drawn.getpixel(box) == colour
    assert drawn.getpixel((20, 20)) == (255, 255, 255)
    # Each has its value beside the page, in its colour.
    beside = drawn.crop((page.width, 0, *drawn.size))
    for colour in (GREEN, AMBER, RED):
        assert any(found == colour for _, found in beside.getcolors(1 << 20))


def test_a_value_without_a_place_is_left_out():
    page = Image.new("RGB", (200, 300), "white")
    record = record_of(total=amount("12.50", 0.99, None))
    drawn = record.draw(page)
    assert set(drawn.getcolors(1 << 20)) == {(drawn.width * drawn.height, (255, 255, 255))}


def test_another_picture_is_refused():
    with pytest.raises(ValueError, match=r"no\.jpg: the picture has 10 x 10 pixels"):
        record_of(size=(200, 300)).draw(Image.new("RGB", (10, 10)))


def test_a_picture_is_turned_as_its_camera_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    held_sideways = Image.new("RGB", (300, 200), "white")
    held_sideways.info["exif"] = exif.tobytes()
    record = record_of(size=(200, 300), total=amount("12.50", 0.99, (100, 200, 160, 220)))
    assert record.draw(held_sideways).height == 300


def test_confidences_and_colours():
    assert [colour_of(confidence) for confidence in (1, 0.9, 0.89, 0.6, 0.59, 0)] == [
        *(GREEN, GREEN, AMBER, AMBER, RED, RED)
    ]


@given(
    tops=st.lists(st.floats(-50, 900), max_size=60).map(sorted),
    step=st.floats(1, 40),
    height=st.floats(50, 900),
)
def test_lines_keep_their_order_and_do_not_overlap(tops, step, height):
    placed = spread(tops, step, height)
    assert len(placed) == len(tops)
    assert all(b - a >= step * 0.999 for a, b in pairwise(placed))
    assert all(top >= 0 for top in placed)
    if len(tops) * step <= height:
        assert all(top + step <= height + 1e-6 for top in placed)


def test_a_page_on_its_side_is_drawn_upright(extractor, project):
    path = project / "data" / "samples" / "taxi-sg-on-its-side.jpg"
    (record,) = extractor.extract(path)
    assert record.rotation in (90, 270)
    drawn = record.draw()
    assert drawn.height == record.size[1]
    page = load_page(path, 1)
    assert (page.height, page.width) == record.size
    # The same from the picture itself, and from a record that was written and read again.
    again = Receipt.model_validate_json(record.model_dump_json()).draw(page)
    assert ImageChops.difference(drawn, again).getbbox() is None


def test_the_command_draws_each_page(tmp_path, project):
    samples = project / "data" / "samples"
    output = tmp_path / "shown.png"
    done = CliRunner().invoke(app, ["show", str(samples / "two-receipts.pdf"), "-o", str(output)])
    assert done.exit_code == 0, done.output
    assert done.output.split() == [str(tmp_path / f"shown-{page}.png") for page in (1, 2)]
    assert all(Image.open(path).width > 500 for path in done.output.split())


def test_the_command_draws_pages_at_the_size_that_the_config_limits(tmp_path, project):
    config = tmp_path / "small.yaml"
    config.write_text("limits: {max_pixels: 400000}\n")
    file = project / "data" / "samples" / "two-receipts.pdf"
    command = ["show", str(file), "--config", str(config), "-o", str(tmp_path / "shown.png")]
    done = CliRunner().invoke(app, [*command, "--model", "rules"])
    assert done.exit_code == 0, done.output
    assert all(Image.open(path).height < 1500 for path in done.output.split())


def test_the_command_says_what_cannot_be_read_or_written(tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    done = CliRunner().invoke(app, ["show", str(broken), "-o", str(tmp_path / "shown.png")])
    assert done.exit_code == 1
    assert "broken.jpg, page 1: " in done.output
    assert not (tmp_path / "shown.png").exists()
    done = CliRunner().invoke(app, ["show", str(broken), "-o", str(tmp_path / "shown.gif")])
    assert done.exit_code == 2
    assert "pictures are written as .png or .jpg" in done.output


def test_show_on_a_full_disk_names_file_and_reason(tmp_path, project, monkeypatch):
    def full(image, path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    receipt = project / "data" / "samples" / "cafe-fr.jpg"
    picture = tmp_path / "shown.png"
    done = CliRunner().invoke(app, ["show", str(receipt), "-o", str(picture), "--model", "rules"])
    assert done.exit_code == 2
    assert done.stderr == f"error: {picture}: cannot be written: No space left on device\n"
