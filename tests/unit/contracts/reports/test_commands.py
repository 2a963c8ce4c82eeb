"""`proofreel explain` and `proofreel requirements`."""

import pytest
from click.testing import CliRunner

from contracts.catalogue import Level, load_catalogue
from contracts.check import checks_of
from proofreel.cli import main

# rich-click announces that some of the command's settings will get other names; nobody who uses the command sees it.
pytestmark = pytest.mark.filterwarnings("ignore:.* will be deprecated in a future version of rich-click")


def run(*arguments: str) -> tuple[int, str]:
    """The exit code and everything printed, on one line with single spaces."""
    result = CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1"}).invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, " ".join(result.output.split())


def test_requirement_is_explained_whatever_its_id_is_written_in() -> None:
    code, text = run("explain", "rio-whk-007")
    requirement = load_catalogue("renderio")["RIO-WHK-007"]
    assert code == 0
    assert text.startswith("RIO-WHK-007 MUST")
    assert requirement.statement in text
    assert requirement.source.section in text
    assert "a: The two are equal in every value. (the reference server's)" in text
    assert "applies to getCommand, commandCompleted" in text


def test_checks_that_judge_a_requirement_are_named() -> None:
    check = next(check for check in checks_of("renderio") if check.requirements)
    _, text = run("explain", check.requirements[0])
    assert check.id in "".join(text.split()) or check.id in text


def test_several_requirements_are_explained_in_order() -> None:
    code, text = run("explain", "RIO-SIG-003", "RIO-SIG-001")
    assert code == 0
    assert text.index("RIO-SIG-003 MUST") < text.index("RIO-SIG-001 MUST")


@pytest.mark.parametrize(("unknown", "near"), [("RTY-12", "RIO-RTY-012"), ("RIO-WHL-007", "RIO-WHK-007")])
def test_unknown_requirement_gets_a_near_one_suggested(unknown: str, near: str) -> None:
    code, text = run("explain", unknown)
    assert code == 2
    assert f"there is no requirement '{unknown}'" in text
    assert near in text


def test_unknown_requirement_like_no_other_is_said() -> None:
    code, text = run("explain", "zzz")
    assert code == 2
    assert "lists all" in text


def test_requirements_are_listed_by_area_and_level() -> None:
    result = CliRunner(env={"COLUMNS": "120"}).invoke(main, ["requirements", "--area", "rty", "--level", "must"])
    wanted = [
        each.id for each in load_catalogue("renderio").values() if "-RTY-" in each.id and each.level is Level.MUST
    ]
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines() if line.startswith(" RIO-")] == wanted
    assert f"{len(wanted)} requirements" in result.output


def test_markdown_has_a_row_of_four_cells_for_each_requirement() -> None:
    result = CliRunner().invoke(main, ["requirements", "--markdown"])
    header, rule, *rows = result.output.splitlines()
    assert header == "| id | level | statement | source |"
    assert rule == "|---|---|---|---|"
    assert [row.split(" ")[1] for row in rows] == list(load_catalogue("renderio"))
    assert all(row.replace("\\|", "").count("|") == 5 for row in rows)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--area", "XYZ"], "there is no area XYZ"), (["--api", "nothing"], "there are: bannx, renderio")],
)
def test_unknown_area_and_api_are_said(arguments: list[str], words: str) -> None:
    code, text = run("requirements", *arguments)
    assert code == 2
    assert words in text
