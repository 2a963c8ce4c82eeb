"""The operation of the control document that lists sample media."""

from collections.abc import Iterable, Mapping

from mockserver.http.messages import Call, Handler, Reply


class SampleList:
    """Says where the samples are; `control_url` is where clients reach the control base."""

    def __init__(self, names: Iterable[str], *, control_url: str) -> None:
        # By what it is, not by file name: a JSON pointer with a dot in it is beyond some runners.
        self._urls = {name.partition(".")[0]: f"{control_url}/samples/{name}" for name in names}

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {"listSamples": self.list_samples}

    async def list_samples(self, _: Call) -> Reply:
        """The URL of each sample."""
        return Reply(200, self._urls)
