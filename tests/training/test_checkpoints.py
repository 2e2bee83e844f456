"""Which checkpoints a run goes on from."""

import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.training.checkpoints import last_checkpoint, newest_saved, remove_unfinished


def checkpoint(stage, step, finished=True):
    folder = stage / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_text("")
    if finished:
        (folder / "trainer_state.json").write_text(f'{{"global_step": {step}}}')
    return folder


def test_a_run_goes_on_from_the_newest_checkpoint_that_was_written_to_its_end(tmp_path):
    assert last_checkpoint(tmp_path) is None
    checkpoint(tmp_path, 9)
    whole = checkpoint(tmp_path, 10)
    unfinished = checkpoint(tmp_path, 11, finished=False)
    assert last_checkpoint(tmp_path) == whole
    remove_unfinished(tmp_path)
    assert not unfinished.exists()
    assert whole.exists()


def test_what_a_run_has_saved_may_be_a_finished_stage(tmp_path):
    assert newest_saved(tmp_path) is None
    done = tmp_path / "one" / "done"
    done.mkdir(parents=True)
    assert newest_saved(tmp_path) is None
    (done / "config.json").write_text("{}")
    assert newest_saved(tmp_path) is None  # killed before the weights
    (done / "tokenizer.json").write_text("{}")
    assert newest_saved(tmp_path) == done
