"""Where a report says that it comes from."""

import subprocess
import sys

from small_receipts import annotated

from pipeline.evaluation import provenance as module
from pipeline.evaluation.provenance import provenance


def test_the_command_can_be_typed_again(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["receipts", "evaluate", "my receipts", "--limit", "2"])
    found = provenance(tmp_path / "my receipts", [], "rules")
    assert found["command"] == "receipts evaluate 'my receipts' --limit 2"
    assert (found["data"], found["receipts"], found["model_sha256"]) == ("my receipts", 0, None)


def test_merchants_are_counted_as_the_parts_are_made(tmp_path):
    """By name or phone, also where a source has no merchants of its own."""
    pages = [
        annotated({"merchant_name": name}, id=name) for name in ("ACME LTD", "Acme Ltd.", "Bodega")
    ]
    found = provenance(tmp_path / "mine.jsonl", pages, "rules")
    assert (found["receipts"], found["merchants"]) == (3, 2)


def test_a_commit_is_named_only_where_the_code_is_of_it(monkeypatch, tmp_path):
    def git(*arguments):
        author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        command = ["git", *author, "-C", str(tmp_path), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    code = tmp_path / "provenance.py"
    code.write_text("pass")
    (tmp_path / "other").write_text("")
    git("init")
    git("add", "other")
    git("commit", "-m", "other")
    monkeypatch.setattr(module, "__file__", str(code))
    # Somebody else's checkout, which the package is merely installed in.
    assert provenance(tmp_path, [], "rules")["commit"] is None
    git("add", "provenance.py")
    git("commit", "-m", "code")
    commit = git("rev-parse", "--short", "HEAD")
    assert provenance(tmp_path, [], "rules")["commit"] == commit
    code.write_text("changed")
    assert provenance(tmp_path, [], "rules")["commit"] == f"{commit}+"
