"""Neurons, layers and multi-layer perceptrons of single Values, with micrograd's names."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

import numpy as np

from . import numbering, record
from .number import Number
from .ops import TABLE
from .origins import Site
from .value import Value

Nonlinearity = bool | str | None
"""``True`` is micrograd's relu, ``False`` or None none, and a text the name of any function of one number:
``"tanh"``, ``"sigmoid"``.
"""


def _called(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method whose calls are marked as those of the notebook's functions are."""
    site = Site(loop=False, name=function.__qualname__)

    @wraps(function)
    def marked(*args: Any, **named: Any) -> Any:
        run = record.running
        if run is None:
            return function(*args, **named)
        add = run.marks.add
        add((site, next(numbering.serials)))
        try:
            return function(*args, **named)
        finally:
            add((None, next(numbering.serials)))

    return marked


@contextmanager
def _in_one_line(*numbers: Any) -> Iterator[None]:
    """Numbers that compute here alone: none is of a class whose operators run the notebook's code, so that all that is
    made of them is made by one line of it, which is looked for once.
    """
    run = record.running
    once = run is not None and run.here < 0 and _ORDINARY.issuperset(map(type, numbers))
    if run is None or not once:
        yield
        return
    run.here = run.line()
    try:
        yield
    finally:
        run.here = -1


_ORDINARY = frozenset((float, int, np.float64, Value, Number))


class Module:
    """What has parameters."""

    def parameters(self) -> list[Value]:
        """The Values that training moves."""
        return []

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """``nonlin(w · x + b)`` for ``nin`` inputs; weights from ``random.uniform(-1, 1)``, the bias 0."""

    def __init__(self, nin: int, nonlin: Nonlinearity = True) -> None:
        self.nonlin = _function(nonlin)
        self.w = [Value(random.uniform(-1, 1), label=f"w[{i}]") for i in range(nin)]
        self.b = Value(0.0, label="b")

    @_called
    def __call__(self, x: Iterable[Any]) -> Any:
        """The neuron's output for ``nin`` numbers or Values. Raises ValueError when there are more or fewer."""
        inputs = list(x)
        if len(inputs) != len(self.w):
            raise ValueError(f"this neuron takes {len(self.w)} inputs, and was given {len(inputs)}")
        with _in_one_line(self.b, *self.w, *inputs):
            total: Any = self.b
            for weight, number in zip(self.w, inputs, strict=True):
                total = total + weight * number
            return getattr(total, self.nonlin)() if self.nonlin else total

    def parameters(self) -> list[Value]:
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        name = TABLE[self.nonlin].symbol if self.nonlin else "Linear"
        return f"{name[0].upper()}{name[1:]}Neuron({len(self.w)})"

    def _rename(self, before: str, index: int) -> None:
        """Say in the labels which neuron of its layer this one is: ``w[1,0]``, ``b[1]``."""
        for i, weight in enumerate(self.w):
            weight.label = f"{before}w[{index},{i}]"
        self.b.label = f"{before}b[{index}]"


class Layer(Module):
    """``nout`` neurons that see the same ``nin`` inputs; keywords go to each ``Neuron``."""

    def __init__(self, nin: int, nout: int, **kwargs: Nonlinearity) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]
        self._rename("")

    @_called
    def __call__(self, x: Iterable[Any]) -> Any:
        """The outputs in a list; the output itself when there is one neuron."""
        inputs = list(x)
        outputs = [neuron(inputs) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        """Those of the neurons, one after the other."""
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"

    def _rename(self, before: str) -> None:
        for index, neuron in enumerate(self.neurons):
            neuron._rename(before, index)


class MLP(Module):
    """Layers one after the other: ``nin`` inputs, then ``nouts`` neurons in each layer.

    All layers but the last have the non-linearity ``nonlin``; the last has ``last``, none unless told otherwise.
    micrograd's is ``MLP(3, [4, 4, 1])``; the lecture's, with tanh everywhere, is ``MLP(3, [4, 4, 1], nonlin="tanh",
    last="tanh")``.

    >>> len(MLP(3, [4, 4, 1]).parameters())
    41
    """

    def __init__(self, nin: int, nouts: Sequence[int], nonlin: Nonlinearity = True, last: Nonlinearity = False) -> None:
        sizes = [nin, *nouts]
        kinds = [nonlin] * (len(nouts) - 1) + [last]
        self.layers = [Layer(size, nout, nonlin=kind) for size, nout, kind in zip(sizes, nouts, kinds, strict=False)]
        for index, layer in enumerate(self.layers):
            layer._rename(f"l{index}.")

    @_called
    def __call__(self, x: Iterable[Any]) -> Any:
        """The last layer's outputs."""
        signal: Any = x
        for index, layer in enumerate(self.layers):
            signal = layer([signal] if index and len(self.layers[index - 1].neurons) == 1 else signal)
        return signal

    def parameters(self) -> list[Value]:
        """Those of the layers, one after the other."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def _function(nonlin: Nonlinearity) -> str:
    """The name of the Value method for a non-linearity, ``""`` for none."""
    if nonlin is True:
        return "relu"
    if not nonlin or nonlin == "linear":
        return ""
    row = TABLE.get(str(nonlin))
    if row is None or row.arity != 1:
        known = ", ".join(
            name for name, found in TABLE.items() if found.arity == 1 and not found.step and hasattr(Value, name)
        )
        raise ValueError(f"nonlin={nonlin!r:.40} is unknown; there are: True (relu), False (none), {known}")
    return row.name
