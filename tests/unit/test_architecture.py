"""Rules of the code base that a reader would otherwise have to believe."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CLOCKS = frozenset(
    {"time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"}
    | {"time.gmtime", "time.localtime", "time.ctime", "time.strftime", "time.sleep"}
    | {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"}
)

MAY_READ_A_CLOCK = {
    "mockserver/clock.py": {"time.time_ns"},
    "mockserver/http/access.py": {"time.monotonic"},
    "mockserver/renderio/queue.py": {"time.monotonic"},
    "mockserver/slices/bannx.py": {"time.perf_counter"},
}

SHIPPED = ("mockserver", "openapi", "proofreel", "scenarios")


@cache
def modules(package: str) -> tuple[Path, ...]:
    """The Python files of one top-level package; none where there is no such package yet."""
    return tuple(sorted((ROOT / package).rglob("*.py")))


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(the name in the module, what it stands for) of every import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def imported_packages(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def clocks_read(tree: ast.Module) -> set[str]:
    """The clocks that a module names, whatever it calls them."""
    known = dict(imports(tree))
    found = {meant for meant in known.values() if meant in CLOCKS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, *rest = ast.unparse(node).split(".")
            found |= {".".join([known.get(head, head), *rest])} & CLOCKS
    return found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import time\ntime.time()", {"time.time"}),
        ("import time as t\nf = t.monotonic", {"time.monotonic"}),
        ("from time import perf_counter as p", {"time.perf_counter"}),
        ("from datetime import datetime\ndatetime.now()", {"datetime.datetime.now"}),
        ("import datetime\ndatetime.datetime.utcnow()", {"datetime.datetime.utcnow"}),
        ("import datetime as d\nd.date.today()", {"datetime.date.today"}),
        ("import time\nimport datetime\ndatetime.timedelta()", set()),
    ],
)
def test_search_for_clocks_finds_them(code: str, found: set[str]) -> None:
    assert clocks_read(ast.parse(code)) == found


def test_modules_read_no_clock_but_where_they_may() -> None:
    read = {name_of(path): clocks_read(syntax(path)) for path in modules("mockserver")}
    assert {name: clocks for name, clocks in read.items() if clocks} == MAY_READ_A_CLOCK


@pytest.mark.parametrize(("package", "other"), [("mockserver", "contracts"), ("contracts", "mockserver")])
def test_server_and_suites_share_no_code(package: str, other: str) -> None:
    assert [name_of(path) for path in modules(package) if other in imported_packages(syntax(path))] == []


@pytest.mark.parametrize("package", SHIPPED)
def test_shipped_package_says_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


@pytest.mark.parametrize("package", SHIPPED)
def test_shipped_package_imports_no_tests(package: str) -> None:
    forbidden = {"tests", "pytest", "hypothesis", "respx", "freezegun"}
    assert [name_of(path) for path in modules(package) if imported_packages(syntax(path)) & forbidden] == []


@pytest.mark.parametrize("package", SHIPPED)
def test_every_folder_of_a_package_is_a_package(package: str) -> None:
    assert [name_of(path) for path in modules(package) if not (path.parent / "__init__.py").is_file()] == []
