"""Some of the damaged files of ``scripts/fuzz_service``, which posts as many as one likes."""

from __future__ import annotations

import random
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
from services import client_of
from worded_fakes import fake_extractor_of_words

from pipeline.config import ExtractConfig
from pipeline.service.parts import running_service
from pipeline.service.settings import ServiceSettings

COUNT = 60
SECONDS = 240


@pytest.fixture
def fuzz(project: Path) -> ModuleType:
    loader = SourceFileLoader("fuzz_service", str(project / "scripts" / "fuzz_service"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_damaged_files_are_refused_or_get_records_and_nothing_is_stored_elsewhere(fuzz, tmp_path):
    chance = random.Random(7)
    data = tmp_path / "a" / "data"
    settings = ServiceSettings(data=data, wait=0)
    extraction = ExtractConfig(workers=1, timeout=30, memory_limit=3000)
    with (
        running_service(settings, extraction, fake_extractor_of_words) as service,
        client_of(service) as client,
    ):
        files = [(fuzz.mutated(chance), fuzz.claim(chance)) for _ in range(COUNT)]
        statuses = {fuzz.posted(client, *one) for one in files}
        assert statuses <= set(fuzz.EXPECTED)
        assert {202, 415, 422} <= statuses
        tables = [fuzz.claims_file(chance) for _ in range(COUNT)]
        assert {fuzz.posted_claims(client, one) for one in tables} == {200, 422}
        assert set(fuzz.listed_and_deleted(client)) == {200}
        assert client.get("/v1/claims").json()["claims"] == []
        deadline = time.monotonic() + SECONDS
        while 'state="queued"} 0.0' not in (text := client.get("/metrics").text) or (
            'state="reading"} 0.0' not in text
        ):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        records = client.get("/v1/receipts", params={"limit": 200}).json()["receipts"]
        assert {one["record"]["status"] for one in records} >= {"ok", "error"}
        names = [one["record"]["source"]["path"] for one in records]
        assert not any("/" in name or "\\" in name or "\u202e" in name for name in names)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in data.parent.iterdir()] == ["data"]
    assert not list(tmp_path.rglob("*fuzzed*"))
