"""What the tests of ricloud share: its official client, unmodified, in an environment of its own."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Organisation

ROOT = Path(__file__).parents[3]
ENVIRONMENT = ROOT / ".venv-ricloud-client"
PREAMBLE = """
import json, sys
import ricloud
given = json.loads(sys.argv[1])
def shown(value):
    # In this version a task that was begun, and the current key, hold all that was answered in `attrs`.
    if isinstance(value, ricloud.resources.abase.ABList):
        return [shown(item) for item in value.data]
    if isinstance(value, ricloud.resources.abase.ABResource):
        attributes = value.attrs["attrs"] if set(value.attrs) == {"attrs"} else value.attrs
        return {name: shown(attribute) for name, attribute in attributes.items()}
    return value
def tell(*values):
    print(json.dumps([shown(value) for value in values]))
"""


class Listener:
    """A running `ricloud event listen`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._heard: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            self._heard.append(line)
            if "Running on" in line:
                self.url = line.split(" on ")[1].split("/ ")[0]
                return
        pytest.fail(f"the listener did not start:\n{''.join(self._heard)}")

    def heard(self) -> str:
        """What it has written; it ends with that."""
        self._process.terminate()
        rest, _ = self._process.communicate()
        self._heard.append(rest)
        return "".join(self._heard)

    def close(self) -> None:
        """End it, where it runs still."""
        if self._process.returncode is None:
            self.heard()


class OfficialClient:
    """The official client, as its authors have published it: nothing here replaces any part of it."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self._home = home
        self._stack = stack

    def run(self, organisation: "Organisation", script: str, *, settings: Any = (), **given: Any) -> Any:
        """Run a script that has `ricloud`, `given` and `tell`; the values that it tells."""
        program = [str(ENVIRONMENT / "bin" / "python"), "-I", "-c", PREAMBLE + script, json.dumps(given)]
        ended = subprocess.run(
            program, env=self._environment(organisation, dict(settings)), capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + ended.stderr
        return json.loads(ended.stdout)

    def command(self, organisation: "Organisation", *words: str) -> str:
        """Run its command; what it has written."""
        ended = subprocess.run(
            [str(ENVIRONMENT / "bin" / "ricloud"), *words],
            env=self._environment(organisation, {}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def verify(self, vectors: Any) -> list[bool]:
        """For each (secret, body, header): whether its verifier takes the signature, whatever its age."""
        script = (
            "import json, sys; from ricloud.signing import Signature as S\n"
            "def takes(secret, body, header):\n"
            "    try: S.from_header(header).verify(body.encode(), secret)\n"
            "    except S.SignatureError: return False\n"
            "    return True\n"
            "print(json.dumps([takes(*it) for it in json.load(sys.stdin)]))"
        )
        ended = subprocess.run(
            [str(ENVIRONMENT / "bin" / "python"), "-I", "-c", script],
            input=json.dumps(vectors),
            env={"HOME": str(self._home)},
            capture_output=True,
            text=True,
            check=True,
        )
        taken: list[bool] = json.loads(ended.stdout)
        return taken

    def listen(self, organisation: "Organisation", secret: str) -> Listener:
        """Start its event listener on a free port; it verifies with this secret."""
        process = subprocess.Popen(
            [str(ENVIRONMENT / "bin" / "ricloud"), "event", "listen", "127.0.0.1", "0"],
            env={**self._environment(organisation, {"RICLOUD_SECRET": secret}), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._stack.callback(process.kill)
        listener = Listener(process)
        self._stack.callback(listener.close)
        return listener

    def _environment(self, organisation: "Organisation", settings: dict[str, str]) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),  # where it would find settings, and another credential in .netrc
            "NO_PROXY": "127.0.0.1",
            "RICLOUD_URL": str(organisation.client.base_url),
            "RICLOUD_TOKEN": organisation.token,
            "RICLOUD_MAX_RETRIES": "0",
            **settings,
        }


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def official(home: Path) -> Iterator[OfficialClient]:
    """The official client; where it is missing, the test fails, as nobody would see that it was left out."""
    if not (ENVIRONMENT / ".installed").exists():
        pytest.fail(f"{ENVIRONMENT} is missing; `make {ENVIRONMENT.name}/.installed` sets it up, as `make test` does")
    with ExitStack() as stack:
        yield OfficialClient(home, stack)
