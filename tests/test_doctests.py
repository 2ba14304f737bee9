"""The examples in docstrings, which stand in the site's reference."""

from __future__ import annotations

import builtins
import doctest
from types import ModuleType

import pytest

from autograd_magic.engine import check, higher, nn, value
from autograd_magic.export import draw


@pytest.mark.parametrize("module", [value, check, higher, nn, draw])
def test_examples(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "_", None, raising=False)  # they leave their results there, which IPython would find
    found = doctest.testmod(module)
    assert found.attempted and not found.failed
