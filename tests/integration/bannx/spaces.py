"""One token on one server of bannx, the calls that tests make with it, and a page for them."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

PAGE: Mapping[str, Any] = {
    "id": "badge",
    "name": "Badge",
    "width": 64,
    "height": 32,
    "variables": [
        {"id": "v-text", "name": "text", "type": "string", "value": "Ada"},
        {"id": "v-ground", "name": "ground", "type": "color", "value": "#336699"},
        {"id": "v-part", "name": "part", "type": "number", "value": 10},
        {"id": "v-marked", "name": "marked", "type": "boolean", "value": False},
        {"id": "v-portrait", "name": "portrait", "type": "image", "value": ""},
    ],
    "layers": [
        {"type": "rectangle", "x": 0, "y": 0, "width": 64, "height": 32, "fill": "{{ ground }}"},
        {"type": "rectangle", "x": 0, "y": 28, "width": "{{ part }}", "height": 4, "fill": "#ffffff"},
        {"type": "rectangle", "x": 56, "y": 0, "width": 8, "height": 8, "fill": "#ff0000", "visible": "{{ marked }}"},
        {"type": "image", "x": 40, "y": 8, "width": 16, "height": 16, "src": "{{ portrait }}"},
        {"type": "text", "x": 2, "y": 2, "width": 38, "height": 24, "content": "{{ text }}", "size": 12},
    ],
}
"""A small page with a variable of each type, each of which shows."""


class Space:
    """One token on one server, and the calls that tests make with it."""

    def __init__(self, client: httpx.Client, token: str | None = None) -> None:
        self.client = client
        self.token = token or uuid.uuid4().hex
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def get(self, page: str = "badge", query: str = "", **parameters: Any) -> httpx.Response:
        """Render a page by GET; `query` is taken as it is."""
        url = f"/api/render/{page}{'?' if query else ''}{query}"
        return self.client.get(url, params=parameters or None, headers=self.headers)

    def post(self, **body: Any) -> httpx.Response:
        """Render by POST."""
        return self.client.post("/api/render", json=body, headers=self.headers)

    def send(self, content: bytes, **headers: str) -> httpx.Response:
        """POST these bytes."""
        return self.client.post("/api/render", content=content, headers={**self.headers, **headers})

    def control(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """A call of the control protocol; what it answers."""
        response = self.client.request(method, f"/_control/{path}", json=body, headers=self.headers)
        assert response.status_code == status, f"{method} {path}: {response.status_code} {response.text}"
        return response.json()

    def has(self, page: Mapping[str, Any] = PAGE) -> "Space":
        """This space, with a page that is published."""
        self.create(page)
        self.publish(page["id"])
        return self

    def create(self, page: Mapping[str, Any], *, status: int = 201) -> Any:
        """Create a page as a draft."""
        return self.control("POST", "pages", dict(page), status=status)

    def publish(self, page: str) -> Any:
        """Publish a page."""
        return self.control("POST", f"pages/{page}/publish")

    def pages(self) -> dict[str, Any]:
        """What can be rendered, by id."""
        return {page["id"]: page for page in self.control("GET", "pages")["pages"]}

    def renders(self) -> list[dict[str, Any]]:
        """The log, oldest first."""
        listed: list[dict[str, Any]] = self.control("GET", "renders")["renders"]
        return listed

    def credits(self) -> int:
        """What was used."""
        return int(self.control("GET", "credits")["used"])

    def settle(self) -> None:
        """Wait until every callback is over."""
        self.control("POST", "callbacks/settle")

    def settled(self) -> list[dict[str, Any]]:
        """The log once every callback is over."""
        self.settle()
        return self.renders()

    def tell(self, step: str, fault: str | None) -> None:
        """Have a step fail, hang or work."""
        self.control("POST", "callbacks", {"step": step, "fault": fault})

    def reset(self) -> None:
        """Empty the space."""
        self.control("POST", "reset")

    def file(self, url: str) -> httpx.Response:
        """What is at the link of a file; without a token, as anybody who knows it may have it."""
        return self.client.get(urlsplit(url).path)
