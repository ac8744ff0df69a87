"""The code of documents runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(os.environ.get("SCHUR_REPOSITORY") or Path(__file__).parents[3])


@pytest.mark.parametrize(
    "document", ["README.md", "docs/book/src/python.md", "crates/schur-py/README.md"]
)
def test_the_code_of_documents_runs(document, tmp_path):
    path = REPOSITORY / document
    if not path.exists():
        pytest.skip("outside of the repository")
    blocks = re.findall(r"^```python\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    script = tmp_path / "chapter.py"
    script.write_text("\n".join(blocks))
    # Documents name what is in the repository from its top.
    (tmp_path / "pretrained").symlink_to(REPOSITORY / "pretrained")
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
