"""The wheel: what it contains, and that it works where nothing of the checkout can be seen."""

import email
import json
import os
import signal
import struct
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked into a folder of its own, as `pip install --target` does."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_wheel_contains_packages_and_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        *data("mockserver/drawing/builtin", "*.yaml"),
        *data("mockserver/drawing/fonts", "*.ttf"),
        "mockserver/drawing/fonts/OFL.txt",
        "mockserver/py.typed",
        "mockserver/store/schema.sql",
        "mockserver/media/avoptions.txt",
        *data("openapi", "*/*.yaml"),
        "proofreel/py.typed",
        *data("scenarios", "*.arazzo.yaml"),
        "scenarios/py.typed",
    }
    assert expected <= names


def data(folder: str, pattern: str) -> set[str]:
    """The files of the checkout that the wheel must have, too."""
    found = {str(path.relative_to(ROOT)) for path in (ROOT / folder).glob(pattern)}
    assert found
    return found


def test_wheel_contains_nothing_else(wheel: Path) -> None:
    folders = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {
        "contracts",
        "mockserver",
        "openapi",
        "proofreel",
        "scenarios",
    }


def test_wheel_names_version_licence_and_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    information = next(name for name in archive.namelist() if name.endswith("METADATA"))
    metadata = email.message_from_bytes(archive.read(information))
    entry_points = archive.read(information.replace("METADATA", "entry_points.txt")).decode()
    assert (metadata["Name"], metadata["License-Expression"]) == ("proofreel", "Apache-2.0")
    assert metadata["Version"] in wheel.name
    assert "proofreel = proofreel.cli:main" in entry_points


def test_wheel_needs_no_client_of_an_api(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    information = next(name for name in archive.namelist() if name.endswith("METADATA"))
    needed = email.message_from_bytes(archive.read(information)).get_all("Requires-Dist") or []
    assert (len(needed) > 5, [it for it in needed if it.startswith("ricloud")]) == (True, [])


def test_installed_command_draws_a_page_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "proofreel", "pages"]
    listed, drawn = (
        subprocess.run(
            [*command, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed)},
            check=True,
            capture_output=True,
        ).stdout
        for arguments in (["--json"], ["certificate", "--out", "-", "--tweak", "honours=true"])
    )

    assert {page["id"] for page in json.loads(listed)} >= {"social-card", "certificate"}
    assert (drawn[:8], struct.unpack(">II", drawn[16:24])) == (b"\x89PNG\r\n\x1a\n", (1754, 1240))


def test_installed_server_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-P", "-c", "import mockserver, openapi; print(mockserver.__file__, openapi.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert all(path.startswith(str(installed)) for path in where)
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "proofreel", "serve", "--port", "0"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        request = urllib.request.Request(f"{url}/api/v1/webhook-config", headers={"X-API-KEY": "ffsk_wheel"})
        with urllib.request.urlopen(request) as answer:
            assert answer.read() == b'{"configured":false}'
        request = urllib.request.Request(f"{url}/api/render/square", headers={"Authorization": "Bearer wheel"})
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Content-Type"] == "image/png"
        server.send_signal(signal.SIGTERM)
    assert server.returncode == 0


def test_installed_scenario_runs_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "proofreel", "run", "happy-path"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "everything held" in ended.stdout) == (0, True), ended.stdout + ended.stderr
