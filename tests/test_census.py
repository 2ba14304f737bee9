"""Every way in which Python's numbers can be asked something is known: traced, guarded, marked, or of no number."""

from __future__ import annotations

import math

import pytest
from shell import Shell

TRACED = "abs add mul neg pos pow sub truediv floordiv mod divmod radd rmul rsub rtruediv rfloordiv rmod rpow rdivmod"
GUARDED = "bool eq ne lt le gt ge int float hash index trunc floor ceil round"
WHOLE = "and or xor lshift rshift invert rand ror rxor rlshift rrshift"
TEXT = "str repr format"
OBJECT = (
    "class delattr dir doc getattribute getattr getnewargs getstate init init_subclass new reduce reduce_ex setattr sizeof "
    "subclasshook getformat setformat annotations module dict weakref firstlineno static_attributes type_params"
)
NAMES = {
    "traced": "real conjugate",
    "plain": "imag as_integer_ratio hex is_integer bit_length bit_count to_bytes numerator denominator",
    "of the class": "fromhex from_bytes from_number",
}
MATH = {
    "traced": "acos acosh asin asinh atan atan2 atanh cbrt copysign cos cosh degrees dist erf erfc exp exp2 expm1 fabs fmod fsum "
    "gamma hypot lgamma log log10 log1p log2 pow prod radians remainder sin sinh sqrt tan tanh",
    "guarded": "ceil floor trunc isfinite isinf isnan",
    "plain": "comb factorial frexp gcd isclose isqrt lcm ldexp modf nextafter perm sumprod ulp fma",
    "numbers": "e inf nan pi tau",
}


def test_every_method_of_a_number_is_known() -> None:
    dunders = {f"__{name}__" for name in " ".join([TRACED, GUARDED, WHOLE, TEXT, OBJECT]).split()}
    known = dunders | set(" ".join(NAMES.values()).split())
    assert {name for kind in (float, int) for name in dir(kind)} <= known


def test_every_function_of_math_is_known() -> None:
    known = set(" ".join(MATH.values()).split())
    assert {name for name in dir(math) if not name.startswith("_")} <= known


ARGUMENTS = {
    "acosh": "x + 1.0",
    "atan2": "x, 0.5",
    "copysign": "x, -2.0",
    "dist": "(x, 1.0, -2.0), [0.1, x, 3.0]",
    "fmod": "-x, 0.3",
    "fsum": "[x, 0.5, 0.1, 1e-17]",
    "hypot": "x, 0.5, -3.0",
    "pow": "x, 1.5",
    "prod": "[x, 0.5]",
    "remainder": "x, 0.3",
}


@pytest.mark.parametrize("name", [name for name in MATH["traced"].split() if hasattr(math, name)])
def test_a_traced_function_passes_the_gradient_on(shell: Shell, name: str) -> None:
    shell("import math")
    call = f"math.{name}({ARGUMENTS.get(name, 'x')})"
    widget = shell.autograd(f"x = 0.7\ny = {call}\ny * 1.0")

    def at(x: float) -> float:
        return float(eval(call, {"math": math, "x": x}))

    assert widget.values["y"] == pytest.approx(at(0.7), rel=1e-15)
    assert widget.grads["x"] == pytest.approx((at(0.7 + 1e-6) - at(0.7 - 1e-6)) / 2e-6, rel=1e-8)
    watched = {f"{float(widget.tape.values[other])}" for _, _, other in widget.tape.guards}
    assert watched == ({"inf", "-inf"} if name == "fsum" else set()), "fsum refuses what is not finite"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("int(x)", "WHOLE"),
        ("round(x)", "WHOLE"),
        ("math.floor(x)", "WHOLE"),
        ("math.ceil(x)", "WHOLE"),
        ("math.trunc(x)", "WHOLE"),
        ("len(range(n))", "WHOLE"),
        ("[1, 2, 3, 4][n]", "WHOLE"),
        ("len('-' * n)", "WHOLE"),
        ("np.zeros(n).size", "ESCAPES"),
        ("n & 1", "WHOLE"),
        ("1 if x else 0", "COMPARE"),
        ("x > 1", "COMPARE"),
        ("0 < x < 1", "COMPARE"),
        ("x == 0.7", "COMPARE"),
        ("x in [1.0, 0.7]", "COMPARE"),
        ("sorted([x, 0.1])[0]", "COMPARE"),
        ("max(x, 1)", "COMPARE"),
        ("np.float64(0.3) < x", "COMPARE"),
        ("math.isnan(x)", "COMPARE"),
        ("np.isfinite(x)", "COMPARE"),
        ("float.__float__(x)", "ESCAPES"),
        ("complex(x).real", "ESCAPES"),
        ("{x: 1}[0.7]", "ESCAPES"),
        ("hash(x) % 7", "ESCAPES"),
        ("np.asarray([x], dtype='float32')[0]", "ESCAPES"),
        ("x.is_integer()", "ESCAPES"),
        ("x.hex() and 1", "ESCAPES"),
        ("x.data", "ESCAPES"),
        ("x.grad", "ESCAPES"),
        ("math.ulp(x)", "ESCAPES"),
        ("math.fsum([1e16, x, -1e16])", "ESCAPES"),
        ("pickle.loads(pickle.dumps(x))", "ESCAPES"),
    ],
)
def test_a_way_out_of_the_graph_is_written_down(shell: Shell, text: str, kind: str) -> None:
    shell("import math, pickle\nimport numpy as np")
    widget = shell.autograd(f"x = 0.7\nn = 3\ny = {text}\nz = x * n\nz")
    assert kind in {guard.kind.name for guard, _, _ in widget.tape.guards}
    assert all(guard.line == 4 for guard, _, _ in widget.tape.guards)
