"""Without its extra the command says in a line what to install."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["cosmic_ray", "coverage"])
def test_a_missing_extra_is_a_hint_to_install_it(module):
    hidden = f"import runpy, sys; sys.modules[{module!r}] = None; runpy.run_module('mutation', run_name='__main__')"
    run = subprocess.run([sys.executable, "-c", hidden, "--list"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert 'not installed; in the folder of handgrad\'s source: python -m pip install ".[mutation]"' in run.stderr
