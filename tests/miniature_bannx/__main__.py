"""Runs the package as a module, or by the path of its folder."""

import runpy
import sys
from pathlib import Path

# Python puts the folder itself first, where its modules would hide others of the same name.
sys.path[0] = str(Path(__file__).resolve().parents[2])
runpy.run_module("tests.miniature_bannx.serve", run_name="__main__")
