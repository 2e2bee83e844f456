import numpy as np

from pipeline.ocr.line_sheet import lay_out


def test_a_place_on_the_sheet_leads_back_to_its_line():
    sheet = lay_out([np.zeros((48, width), np.uint8) for width in (200, 100, 50)])
    dark = np.argwhere(sheet.pixels == 0)
    for index, width in enumerate((200, 100, 50)):
        rows = dark[(dark[:, 0] - dark[0, 0]) // sheet.pitch == index]
        middle, left, right = rows[:, 0].mean(), rows[:, 1].min(), rows[:, 1].max() + 1
        assert sheet.place(middle, left, right) == (index, 0.0, 1.0)
        assert right - left == width
