"""Images as files: whole or not at all, by render, and an upload that is called off leaves nothing."""

import asyncio
import threading
from pathlib import Path

import pytest

from mockserver.bannx.objects import Images, LocalStore, name_of

NAME = "3f2504e0-4f89-41d3-9a0c-0305e82c3301.png"
RENDER = NAME.partition(".")[0]


class SlowImages(Images):
    """Images that are written when `free` is set; `begun` is set when a writing has begun."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun, self.free, self.written = threading.Event(), threading.Event(), threading.Event()

    def write(self, name: str, content: bytes) -> None:
        self.begun.set()
        self.free.wait(20)
        super().write(name, content)
        self.written.set()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("media_type", "extension"), [("image/png", "png"), ("image/webp", "webp"), ("image/svg+xml", "svg")]
)
def test_name_tells_the_format(media_type: str, extension: str) -> None:
    assert name_of(RENDER, media_type) == f"{RENDER}.{extension}"


def test_written_image_is_read_and_replaced(tmp_path: Path) -> None:
    images = Images(tmp_path)
    for content in (b"first", b"second"):
        images.write(NAME, content)
        assert images.read(NAME) == content
    assert names(tmp_path) == [NAME]


def test_removing_takes_every_format_of_one_render(tmp_path: Path) -> None:
    images = Images(tmp_path)
    for extension in ("png", "webp", "svg"):
        images.write(f"{RENDER}.{extension}", b"x")
    images.write("other.png", b"x")
    images.remove(RENDER)
    images.remove(RENDER)
    assert names(tmp_path) == ["other.png"]


def test_all_but_some_are_removed_halves_too(tmp_path: Path) -> None:
    images = Images(tmp_path)
    for name in ("a.png", "b.svg", "c.webp"):
        images.write(name, b"x")
    (tmp_path / ".a.png").write_bytes(b"half")
    images.remove_all_but({"a", "c"})
    assert names(tmp_path) == ["a.png", "c.webp"]


def test_image_that_is_missing_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Images(tmp_path).read(NAME)


def test_uploaded_image_has_its_url(tmp_path: Path) -> None:
    images = Images(tmp_path)
    store = LocalStore(images, url="http://files.test/renders")
    asyncio.run(store.put(NAME, b"x", "image/png"))
    assert (images.read(NAME), store.url(NAME)) == (b"x", f"http://files.test/renders/{NAME}")


def test_upload_to_a_folder_that_is_gone_fails_as_an_error_of_the_system(tmp_path: Path) -> None:
    store = LocalStore(Images(tmp_path / "objects"), url="http://files.test")
    (tmp_path / "objects").rmdir()
    with pytest.raises(OSError, match="objects"):
        asyncio.run(store.put(NAME, b"x", "image/png"))


def test_upload_that_is_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    images = SlowImages(tmp_path)

    async def go() -> None:
        upload = asyncio.create_task(LocalStore(images, url="http://files.test").put(NAME, b"x", "image/png"))
        await asyncio.to_thread(images.begun.wait, 20)
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        images.free.set()
        await asyncio.to_thread(images.written.wait, 20)

    asyncio.run(go())
    assert (images.written.is_set(), names(tmp_path)) == (True, [])
