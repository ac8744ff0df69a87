"""What editors and type checkers see."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import schur

REPOSITORY = Path(os.environ.get("SCHUR_REPOSITORY", Path(__file__).parents[3]))
SCRIPT = REPOSITORY / "crates/schur-py/stubs.py"

USE = """
import torch
from schur import nn

conv = nn.Conv("C8: 1 trivial", "4 regular", kernel=5, padding=2, seed=1)
y = conv(torch.zeros(1, 1, 9, 9))
nn.GatedTypo("C8: 1 trivial")
nn.Conv("C8: 1 trivial", "4 regular", kernel="five")
nn.Conv("C8: 1 trivial", "4 regular", 5, colour=2)
"""


def test_they_are_those_of_the_layers():
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    here = (Path(schur.__file__).parent / "nn/__init__.pyi").read_text()
    assert here == done.stdout, f"run {SCRIPT.name} again, as it says"


def test_a_type_checker_finds_what_is_wrong(tmp_path):
    pytest.importorskip("mypy", reason="types are checked by mypy")
    use = tmp_path / "use.py"
    use.write_text(USE)
    call = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), str(use)]
    done = subprocess.run(call, capture_output=True, text=True)
    found = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [line.split(":")[1] for line in found] == ["7", "8", "9"], done.stdout
