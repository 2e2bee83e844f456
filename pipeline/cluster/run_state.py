"""What the output folder knows about the runs that wrote it: their number and their settings."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.batch.outputs import Again
from pipeline.cluster.commit import Commit, ReadInput
from pipeline.cluster.output_folder import OutputFolder
from pipeline.errors import ConfigError, PipelineError

FILE = "run.json"


class RunState(BaseModel):
    """The runs of an output folder; repeating the command is another run.

    Attributes:
        run: the number of the last one.
        complete: whether every input was read.
        fingerprint: what the records depend on, besides the inputs.
        since: parts of earlier runs do not count: everything was asked to be read again.
        first_chunk: earlier chunks of the plan do not count.
        retry_before: inputs that failed in earlier runs than this are read again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    run: int = 0
    complete: bool = True
    fingerprint: dict[str, str] = {}
    since: int = 0
    first_chunk: int = 0
    retry_before: int = 0

    def next_run(
        self, again: Again, fingerprint: Mapping[str, str], next_chunk: int, place: str
    ) -> RunState:
        """The state in which the next run starts; it goes on with one that was interrupted.

        Args:
            next_chunk: the number of a new chunk of the plan.
            place: the output folder, for messages.

        Raises:
            ConfigError: the settings are not those of the parts that exist, or there was no
                earlier run to retry errors of.
        """
        run = self.run + 1
        changed = [name for name, value in fingerprint.items() if self._differs(name, value)]
        if again is Again.EVERYTHING:
            goes_on = not self.complete and self.since > 1 and not changed
            fresh = {} if goes_on else {"since": run, "first_chunk": next_chunk}
            return self._with(run=run, fingerprint=dict(fingerprint), retry_before=0, **fresh)
        if changed and self.run:
            raise ConfigError(
                f"{place}: was read with other settings or versions ({', '.join(changed)}); give "
                "--fresh to read everything again, or write another folder"
            )
        if again is Again.ERRORS:
            if not self.run:
                raise ConfigError(f"no errors to retry: {place} has no earlier run")
            goes_on = not self.complete and self.retry_before > 0
            return self._with(run=run, retry_before=self.retry_before if goes_on else run)
        return self._with(run=run, fingerprint=dict(fingerprint))

    def finished(self) -> RunState:
        """The state once every input is read."""
        return self.model_copy(update={"complete": True, "retry_before": 0})

    def counts(self, commit: Commit) -> bool:
        """Whether a part belongs to the output, if its inputs do."""
        return commit.run >= self.since

    def must_read(self, commit: Commit, read: ReadInput) -> bool:
        """Whether this run reads an input again that an earlier one has read.

        Files that could not be opened are tried again in every run.
        """
        if commit.run == self.run:
            return False
        return read.digest is None or (read.failed and commit.run < self.retry_before)

    def _differs(self, name: str, value: str) -> bool:
        return self.fingerprint.get(name) != value

    def _with(self, **changes: object) -> RunState:
        return self.model_copy(update={"complete": False, **changes})


def load_state(folder: OutputFolder) -> RunState:
    """The state of the folder; that of no run, if the folder is empty or absent.

    Raises:
        ConfigError: the folder holds something else, or cannot be reached.
    """
    try:
        names = folder.names()
    except PipelineError:
        raise
    except Exception as error:  # the packages of remote file systems raise any kind of error
        raise ConfigError(f"{folder.address}: cannot be listed: {error}") from error
    try:
        return RunState.model_validate_json(folder.read(FILE))
    except FileNotFoundError:
        if names:
            raise ConfigError(
                f"{folder.address}: is not empty and holds no earlier run; name another folder"
            ) from None
        return RunState()
    except ValidationError as error:
        raise ConfigError(f"{folder.address}/{FILE}: is not the state of a run") from error


def store_state(folder: OutputFolder, state: RunState) -> None:
    folder.write(FILE, state.model_dump_json(indent=1).encode())
