"""The examples in docstrings, which stand in the site's reference."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from autograd_magic.engine import check, higher, nn, value
from autograd_magic.export import draw


@pytest.mark.parametrize("module", [value, check, higher, nn, draw])
def test_examples(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted and not found.failed
