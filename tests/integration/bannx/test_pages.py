"""Pages of a space: created as drafts, published, edited and removed by the control protocol."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.integration.bannx.images import colour
from tests.integration.bannx.spaces import PAGE, Space

GREEN: dict[str, Any] = {**PAGE, "backgroundColor": "#00ff00", "layers": []}
RED: dict[str, Any] = {**GREEN, "backgroundColor": "#ff0000"}


def shown(space: Space, **query: str) -> str | int:
    """The colour of the page `badge`; the status where it is not rendered."""
    answer = space.get(**query)
    return colour(answer, 30, 30) if answer.status_code == 200 else answer.status_code


def test_built_in_pages_are_listed_with_their_variables(new_space: Space) -> None:
    pages = new_space.pages()
    assert {identifier: (page["width"], page["height"], page["published"]) for identifier, page in pages.items()} == {
        "social-card": (1200, 630, True),
        "square": (1080, 1080, True),
        "story": (1080, 1920, True),
        "certificate": (1754, 1240, True),
        "coming-soon": (1200, 630, False),
    }
    assert {page["built_in"] for page in pages.values()} == {True}
    kinds = {variable["type"] for page in pages.values() for variable in page["variables"]}
    assert kinds == {"string", "number", "boolean", "color", "image"}


def test_created_page_is_shown_as_it_was_sent(new_space: Space) -> None:
    created = new_space.create(PAGE)
    assert created == {
        **{name: PAGE[name] for name in ("id", "name", "width", "height", "variables")},
        "published": False,
        "built_in": False,
    }
    assert new_space.pages()["badge"] == created


@pytest.mark.requirement("BNX-REN-007", "BNX-REN-008", "BNX-REN-009")
def test_renders_find_a_page_as_it_was_published(new_space: Space) -> None:
    seen: list[Any] = [shown(new_space)]
    new_space.create(GREEN)
    seen += [shown(new_space), shown(new_space, draft="true")]
    new_space.publish("badge")
    seen += [shown(new_space)]
    new_space.control("PUT", "pages/badge", RED)
    seen += [shown(new_space), shown(new_space, draft="true")]
    new_space.publish("badge")
    seen += [shown(new_space)]
    new_space.control("DELETE", "pages/badge")
    seen += [shown(new_space), shown(new_space, draft="true")]
    assert seen == [404, 404, "#00ff00", "#00ff00", "#00ff00", "#ff0000", "#ff0000", 404, 404]


def test_page_without_an_id_and_a_name_is_given_both(new_space: Space) -> None:
    bare = {"width": 20, "height": 20, "layers": []}
    first, second = new_space.create(bare), new_space.create(bare)
    assert (len(first["id"]), first["name"], first["id"] == second["id"]) == (21, first["id"], False)
    new_space.publish(first["id"])
    assert [new_space.get(page["id"]).status_code for page in (first, second)] == [200, 404]


def test_page_belongs_to_its_space(space: Space) -> None:
    other = Space(space.client)
    other.control("POST", "pages/badge/publish", status=404)
    other.control("PUT", "pages/badge", RED, status=404)
    other.control("DELETE", "pages/badge", status=404)
    assert ("badge" in other.pages(), "badge" in space.pages()) == (False, True)
    other.create(RED)
    assert (shown(other), shown(space)) == (404, "#336699")


@pytest.mark.parametrize("page", ["badge", "social-card", "coming-soon"])
def test_id_that_is_taken_is_refused(space: Space, page: str) -> None:
    assert space.create({**PAGE, "id": page}, status=409)["error"] == "CONFLICT"


@pytest.mark.parametrize("page", ["social-card", "coming-soon"])
def test_page_that_every_space_has_stays(space: Space, page: str) -> None:
    before = space.get(page, draft="true").content
    space.control("PUT", f"pages/{page}", {**RED, "id": page}, status=409)
    space.control("POST", f"pages/{page}/publish", status=409)
    space.control("DELETE", f"pages/{page}", status=409)
    assert space.get(page, draft="true").content == before


@pytest.mark.parametrize(("method", "path"), [("PUT", "none"), ("DELETE", "none"), ("POST", "none/publish")])
def test_unknown_page_cannot_be_changed(space: Space, method: str, path: str) -> None:
    body = RED if method == "PUT" else None
    assert space.control(method, f"pages/{path}", body, status=404)["message"] == "There is no page none."


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        *(({"width": 5}, ["width"]), ({"height": None}, ["height"]), ({"id": ""}, ["id"]), ({"id": None}, ["id"])),
        *(({"id": 5}, ["id"]), ({"id": "a/b"}, ["id"]), ({"id": "a\n"}, ["id"]), ({"name": ""}, ["name"])),
        *(({"extra": 1}, []), ({"layers": [5]}, ["layers", 0]), ({"backgroundColor": "x"}, ["backgroundColor"])),
        ({"layers": [{"type": "text", "x": 0, "y": 0, "width": 9, "height": 9, "content": "{{ ("}]}, None),
        ({"variables": [PAGE["variables"][0], PAGE["variables"][0]]}, None),
        ({"variables": [{"id": "a", "name": "a", "type": "color", "value": "nocolour"}]}, None),
    ],
)
def test_page_that_is_none_is_refused_by_the_place(
    new_space: Space, changes: dict[str, Any], place: list[str | int] | None
) -> None:
    refused = new_space.create({**PAGE, **changes}, status=422)
    assert refused["error"] == "VALIDATION_ERROR"
    assert place is None or place in [it["loc"][: len(place)] for it in refused["detail"]]
    assert len(new_space.pages()) == 5


def test_edit_that_is_no_page_changes_nothing(space: Space) -> None:
    space.control("PUT", "pages/badge", {**PAGE, "width": 1}, status=422)
    assert (shown(space), shown(space, draft="true")) == ("#336699", "#336699")


def test_edit_takes_the_id_of_its_path(space: Space) -> None:
    assert space.control("PUT", "pages/badge", {**RED, "id": "other"})["id"] == "badge"
    assert "other" not in space.pages()


def test_pages_are_listed_by_age(new_space: Space) -> None:
    for page in ("zeta", "alpha", "mid"):
        new_space.create({**PAGE, "id": page})
    new_space.control("PUT", "pages/zeta", PAGE)
    assert list(new_space.pages())[5:] == ["zeta", "alpha", "mid"]


def test_reset_removes_pages(space: Space) -> None:
    space.reset()
    assert (shown(space), len(space.pages())) == (404, 5)


# Seeds, clocks.


@pytest.fixture
def seeded() -> Iterator[list[httpx.Client]]:
    """Two servers with the same seed."""
    settings = Settings(parallel_renders=0, seed=7, clock_start_ms=1_767_225_600_000)
    with TestClient(create_app(settings)) as first, TestClient(create_app(settings)) as second:
        yield [first, second]


def lived(client: httpx.Client, token: str) -> Any:
    """All that a space is given and shows that does always the same."""
    space = Space(client, token).has()
    pages = [space.create({"width": 20, "height": 20, "layers": []})["id"] for _ in range(2)]
    answers = [space.get(output="json").json(), space.get("none").json(), space.post(pageId=pages[0]).json()]
    space.get(format="svg")
    return pages, answers, space.settled(), space.pages(), space.control("GET", "clock")


def test_same_seed_gives_the_same_ids_links_and_times(seeded: list[httpx.Client]) -> None:
    first, second = (lived(client, "seeded") for client in seeded)
    assert first == second


def test_seeded_spaces_have_ids_of_their_own_and_a_reset_begins_anew(seeded: list[httpx.Client]) -> None:
    one, other = (lived(seeded[0], token) for token in ("seeded", "another"))
    ids = [{*life[0], *(entry["request_id"] for entry in life[2])} for life in (one, other)]
    assert (ids[0] & ids[1], [len(it) for it in ids]) == (set(), [6, 6])
    Space(seeded[0], "seeded").reset()
    assert lived(seeded[0], "seeded") == one


def test_moments_are_those_of_the_clock_of_the_space(seeded: list[httpx.Client]) -> None:
    space = Space(seeded[0]).has()
    space.get()
    space.control("POST", "clock/advance", {"seconds": 90.5})
    space.get("none")
    assert [it["created_at"] for it in space.settled()] == ["2026-01-01T00:00:00.000Z", "2026-01-01T00:01:30.500Z"]


def test_real_clock_gives_moments_that_do_not_go_back() -> None:
    with TestClient(create_app(Settings(parallel_renders=0, clock="real"))) as client:
        space = Space(client).has()
        moments = [space.control("GET", "clock")["now"]]
        space.get()
        moments += [it["created_at"] for it in space.settled()]
        moments += [space.control("GET", "clock")["now"]]
        assert (moments == sorted(moments), len(moments), space.credits()) == (True, 3, 1)
