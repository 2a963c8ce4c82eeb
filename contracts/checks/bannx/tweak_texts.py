"""TWK: what the text of a tweak may be, and how it is read where its variable is no string."""

from collections.abc import Mapping, Sequence

from contracts.check import check
from contracts.checks.bannx.answers import are_same
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import TWEAK, TWEAKS_OF_POST, Ask
from contracts.checks.bannx.calls import OK
from contracts.checks.bannx.comparing import compared, looked_at
from contracts.checks.bannx.showing import TEXT, Showing, by_size, showing
from contracts.checks.bannx.tweaks import PAIRS, compared_in_pairs, paired, require_alike
from contracts.checks.closing import unseen
from contracts.errors import NoImageError
from contracts.images import Kind, kind_of
from contracts.pages import Page, Value, Variable, VariableType, as_text
from contracts.trial import Trial
from contracts.vector_images import canonical

TEXTS, READ = "BNX-TWK-006", "BNX-TWK-010"

PLAIN_TEXT = "Plain words"

SPECIAL_TEXTS: Mapping[str, str] = {
    "marks of XML": "<b>Tom</b> & 'Jerry' \"&amp;\" ]]> <!--",
    "marks of URLs": "100 % + 20%25 = a=b&c;d#e?f/g\\h",
    "marks of JSON and expressions": '{"a": [1]} \\n $x `y` ~^|',
    "Greek and Cyrillic": "Ζήνων, Đorđević, Жанна",
    "Arabic, Hebrew and Hindi": "مرحبا שלום नमस्ते",
    "Chinese and Japanese": "你好、こんにちは",
    "emoji and combining marks": "👩🏽‍🚀 🎉 e\u0301 \U0001d54f",
}

DIFFERENT: tuple[tuple[str, str], ...] = (("&lt;b", "<b"), ("%42", "B"), ("+B", " B"))
"""Texts that give two images where they are taken as they are, and one where they are decoded once too often."""


@check(TEXTS)
def texts_are_taken_as_they_are(trial: Trial) -> None:
    """A tweak's text in any script, with any marks, gives the same image by GET and by POST, and a well-formed SVG."""
    asking = Asking(trial)
    found = showing(asking, types=TEXT)
    _require_plain_words(asking, found)
    has_drawings = _has_drawings(asking, found)
    for name, text in SPECIAL_TEXTS.items():
        ask = _with(found, text)
        for other in (ask.by_post(), paired(ask)):
            comparison = compared(asking, ask, other, stands_on=TEXTS)
            because = f"{other}, a text with {name}, was to give the same image as {ask}, and gives another"
            trial.expect(TEXTS, comparison.are_same, because, evidence=comparison.evidence)
        if has_drawings:
            _judge_drawing(asking, _with(found, text, image_format=Kind.SVG), name)
    for texts in DIFFERENT:
        _judge_decoding(asking, *(_with(found, text) for text in texts))


def _with(found: Showing, text: str, *, image_format: str | None = None) -> Ask:
    return Ask(found.page.id, image_format=image_format, tweaks={found.first.variable.name: text})


def _require_plain_words(asking: Asking, found: Showing) -> None:
    """Go on only where GET, POST and single parameters give the same image for words without anything special."""
    require_alike(asking, found.plain)
    ask = _with(found, PLAIN_TEXT)
    for requirement, comparison in (
        (TWEAKS_OF_POST, compared(asking, ask, ask.by_post())),
        (PAIRS, compared_in_pairs(asking, ask)),
    ):
        because = f"{ask} and the same in another way were to give the same image, and the two differ"
        asking.trial.require(requirement, comparison.are_same, because, evidence=comparison.evidence)


def _has_drawings(asking: Asking, found: Showing) -> bool:
    """Whether the page is given as an SVG that is well-formed, without any tweak; that is judged elsewhere."""
    answer = asking.render(Ask(found.page.id, image_format=Kind.SVG))
    return answer.status == OK and not _flaw(asking.image(answer).body)


def _judge_drawing(asking: Asking, ask: Ask, name: str) -> None:
    answer = asking.render(ask, stands_on=TEXTS)
    image = asking.image(answer) if answer.status == OK else answer
    problem = _flaw(image.body) if image.status == OK else f"it was answered {image}"
    because = f"{ask}, a text with {name}, was to give a well-formed SVG: {problem}"
    asking.trial.expect(TEXTS, not problem, because, evidence=sorted({answer.evidence, image.evidence}))


def _flaw(body: bytes) -> str:
    """What is wrong with an SVG; empty where nothing is, and where it is something else than an SVG."""
    if kind_of(body) in {Kind.PNG, Kind.WEBP}:
        return f"it is a {kind_of(body)}"
    try:
        canonical(body)
    except NoImageError as error:
        return str(error)
    return ""


def _judge_decoding(asking: Asking, one: Ask, other: Ask) -> None:
    """Judge that two texts give two images, by GET, by POST and with single parameters."""
    for ways in ((one, other), (one.by_post(), other.by_post()), (paired(one), paired(other))):
        first, second = (looked_at(asking, ask) for ask in ways)
        if first is None or second is None:
            continue
        because = f"{ways[0]} and {ways[1]} were to give two images, as their texts are not the same, and give one"
        asking.trial.expect(TEXTS, not are_same(first, second), because)


@check(READ)
def texts_for_other_types_are_read_in_a_permitted_way(trial: Trial) -> None:
    """The text of tweak:<name> for a number or a boolean shows as the number or boolean, or as a text."""
    asking = Asking(trial)
    asking.learn()
    for kind in (VariableType.BOOLEAN, VariableType.NUMBER):
        for page in by_size(trial.published):
            variable = page.of_type(kind)
            if variable is not None and _sees_reading(asking, page, variable):
                break
    unseen(trial, READ, because="it takes a published page that shows a number or a boolean, and always looks the same")


def _sees_reading(asking: Asking, page: Page, variable: Variable) -> bool:
    """See how the text of a value shows; whether it shows at all."""
    plain = looked_at(asking, Ask(page.id))
    for value in variable.settings:
        ask = Ask(page.id, tweaks={variable.name: value})
        typed = looked_at(asking, ask)
        if plain is None or typed is None or are_same(typed, plain) or not asking.is_still(ask):
            continue
        for text in texts_of(value):
            single = Ask(page.id, pairs=((f"{TWEAK}{variable.name}", text),))
            texted = looked_at(asking, single)
            if texted is not None and not are_same(typed, texted):
                asking.trial.saw(READ, "b", f"{single} and {ask} give two images")
                return True
        asking.trial.saw(READ, "a", f"{paired(ask)} and {ask} give the same image")
        return True
    return False


def texts_of(value: Value) -> Sequence[str]:
    """Texts that are a value where its type counts; the last ones look otherwise where they stay texts."""
    text = as_text(value)
    return (text, f"0{text}") if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else (text,)
