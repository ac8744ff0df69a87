"""``python -m schur.escnn script.py``: runs a script with this package for ``escnn``."""

import os
import runpy
import sys

from . import install

if len(sys.argv) < 2:
    sys.exit("usage: python -m schur.escnn script.py [ARGUMENT...]")
install()
sys.argv = sys.argv[1:]
# As `python script.py` does: modules beside the script are found.
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
