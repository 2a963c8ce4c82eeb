"""Finds the callback that a server was given as `module:function`."""

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

from mockserver.bannx.callback import Callback
from mockserver.errors import UnusableOptionError

PARAMETERS = ("event", "result", "steps")


def load_callback(name: str) -> Callback:
    """The function of this name, from a module that can be imported here; raises `UnusableOptionError`."""
    module_name, separator, function_name = name.partition(":")
    if not separator or not all(part.isidentifier() for part in [*module_name.split("."), *function_name.split(".")]):
        raise _unusable(name, "write it like package.module:function")
    here = str(Path.cwd())
    if here not in sys.path:  # a command's path is that of the command, not the folder that people are in
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module_name)
    except (ImportError, SyntaxError) as error:
        raise _unusable(name, f"{module_name} cannot be imported: {error}") from error
    try:
        for part in function_name.split("."):
            found = getattr(found, part)
    except AttributeError as error:
        raise _unusable(name, f"{module_name} has no {function_name}") from error
    if not inspect.iscoroutinefunction(found):
        raise _unusable(name, "it is no `async def` function")
    try:
        inspect.signature(found).bind(*PARAMETERS)
    except TypeError as error:
        raise _unusable(name, f"it must take {', '.join(PARAMETERS)}: {error}") from error
    callback: Callback = found
    return callback


def _unusable(name: str, why: str) -> UnusableOptionError:
    return UnusableOptionError(f"--render-callback {name}: {why}")
