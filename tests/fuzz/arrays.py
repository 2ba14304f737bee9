"""NumPy programs: views, masks, writing in place, broadcasting, functions with two results, single precision, whole
numbers, linear algebra, fancy indices, sorting, stacking, reductions along an axis.
"""

from __future__ import annotations

from statements import Statement, Statements

Shape = tuple[int, ...]

ROW, TABLE = (3,), (2, 3)
SHAPES: tuple[Shape, ...] = (ROW, ROW, TABLE, (2, 2), (1,), (2, 1))

MADE = {
    ROW: (
        "np.array([{x}, {y}, 1.5])",
        "np.array([{x}, 2, {y}])",
        "np.zeros(3) + {x}",
        "np.full(3, {x})",
        "np.linspace({x}, {y}, 3)",
        "np.arange(3) * {x}",
        "np.arange(3.0) - {x}",
        "np.array([0.5, -1.25, 2.0], dtype=np.float32) * {x}",
        "np.array([1, 2, 3]) * np.array([{x}, {y}, {z}])",
        "np.ones(3, dtype=np.float32) * np.float32({x})",
        "np.asarray([{x}] * 3)",
        "np.repeat({x}, 3)",
        "np.where([True, False, True], {x}, {y})",
        "np.array([{x}, {y}, {z}]).astype(np.float32)",
    ),
    TABLE: (
        "np.array([[{x}, 1.0, {y}], [0.5, {z}, -2.0]])",
        "np.outer([{x}, {y}], [1.0, 0.5, {z}])",
        "np.arange(6.0).reshape(2, 3) + {x}",
        "np.broadcast_to([{x}, {y}, 1.0], (2, 3)).copy()",
        "np.vstack([[{x}, {y}, 1.0], [0.0, 1.0, {z}]])",
        "np.full((2, 3), {x}, dtype=np.float32)",
    ),
    (2, 2): (
        "np.array([[2.0, {x}], [{y}, 4.0]])",
        "np.eye(2) * {x} + {y}",
        "np.diag([{x}, {y}])",
        "np.stack([[{x}, 1.0], [{y}, {z}]], axis=1)",
    ),
    (1,): ("np.array([{x}])", "np.atleast_1d({x})"),
    (2, 1): ("np.array([[{x}], [{y}]])", "np.array([{x}, {y}])[:, None]"),
}
"""How an array of a shape is made of numbers."""

SAME = (
    "{a} * {x}",
    "{x} - {a}",
    "{a} / (1.5 + {b}**2)",
    "{a} + {b}",
    "{a} * {b} - {a}",
    "-{a}",
    "abs({a})",
    "{a}**2",
    "(abs({a}) + 0.5)**{q}",
    "{a} // 0.7",
    "{a} % 1.25",
    "np.divmod({a}, 0.8)[1]",
    "np.modf({a})[0]",
    "np.frexp({a})[0]",
    "np.sin({a})",
    "np.tanh({a} * {x})",
    "np.exp(-abs({a}))",
    "np.log1p({a}**2)",
    "np.sqrt({a}**2 + 0.1)",
    "np.hypot({a}, {b})",
    "np.maximum({a}, {b})",
    "np.fmin({a}, {x})",
    "np.clip({a}, -1.0, {x})",
    "np.where({a} > {x}, {a}, {b})",
    "np.where({a} < 0, 0.0, {a})",
    "np.cumsum({a}, axis=-1)",
    "np.cumprod({a}, axis=0)",
    "{a}.cumsum(axis=0)",
    "np.sort({a}, axis=-1)",
    "{a}[::-1]",
    "np.flip({a}, axis=0)",
    "np.roll({a}, 1)",
    "{a}.copy()",
    "{a}.astype(float)",
    "{a}.astype(np.float32)",
    "{a} - {a}.mean(axis=0)",
    "{a} / np.linalg.norm({a})",
    "({a} > 0) * {b}",
    "{a} * np.array({k})",
    "np.float32(0.5) * {a}",
    "np.add({a}, {x})",
    "np.multiply({a}, {b}, dtype=np.float32)",
    "np.subtract({a}, 1, out=np.zeros({shape}))",
    "np.round({a}, 1)",
    "np.floor({a})",
    "np.sign({a}) * {x}",
    "np.nan_to_num({a})",
    "np.ma.masked_less({a}, 0.0).filled({x})",
    "np.take_along_axis({a}, np.argsort({a}, axis=-1), axis=-1)",
    "np.apply_along_axis(np.cumsum, -1, {a})",
    "np.vectorize(square)({a})",
    "np.reshape({a}.ravel(), {shape})",
    "{a}.reshape(-1)[np.arange({size})].reshape({shape})",
    "{a}.T.copy().T",
    "np.concatenate([{a}, {b}])[:{first}]",
    "np.stack([{a}, {b}])[{bit}]",
    "np.array([t * 0.5 for t in {a}])",
    "np.positive({a})",
    "np.heaviside({a}, 0.5) + {a}",
    "np.sum([{a}, {b}], axis=0)",
    "np.einsum('...i,...i->...i', {a}, {b})",
    "np.asarray({a})",
    "np.add.accumulate({a})",
    "np.nan_to_num({a} / {b})",
    "np.interp({a}, [-1.0, 0.0, 2.0], [0.5, {x}, 1.0])",
)
"""How an array makes another one of its shape."""

WRITTEN = (
    "{a}[0] = {x}",
    "{a}[-1] = {a}[0] * {x}",
    "{a}[..., 0] = {x}",
    "{a}[..., :1] *= {x}",
    "{a} += {x}",
    "{a} -= {b}",
    "{a} *= {b}",
    "{a}[{a} > 0] = {x}",
    "{a}[{a} < 0.5] *= 2",
    "{a}[[0, -1]] = {x}",
    "np.add.at({a}, [0, 0], {x})",
    "np.multiply({a}, {x}, out={a})",
    "np.maximum({a}, 0, out={a})",
    "np.negative({k}, out={a})",
    "np.add(np.array({k}), 0.5, {a})",
    "{a}.flat[0] = {x}",
    "{a}.sort(axis=0)",
    "{a}.fill({x})",
    "np.put({a}, [0], {x})",
    "np.copyto({a}, {b})",
    "np.putmask({a}, {a} > {x}, 0.5)",
    "np.place({a}, {a} < 0, [{x}])",
    "{a}[:] = {b}",
    "{a}[...] = {a} * 0.5 + {x}",
    "{v} = {a}[:1]; {v} *= {x}",
    "{v} = {a}.ravel(); {v}[0] = {x}",
    "{v} = {a}.T; {v} += 1.0",
    "{v} = {a}.copy(); {v}[0] = 7.0",
    "{v} = {a}[::-1]; {v}[0] = {x}",
    "{v} = np.asarray({a}); {v}[-1] = {x}",
    "for {v} in {a}: {v} = {v} * 2",
    "{v}, _ = np.modf({a}, out=({a}, None)), 0",
    "{a}[np.argmax({a}.ravel()) % {first}] = {x}",
)
"""How an array is changed in place."""

NUMBERS = (
    "{a}.sum()",
    "np.sum({a} * {b})",
    "{a}.mean() * {x}",
    "{a}.max() - {a}.min()",
    "np.prod({a})",
    "{a}.std()",
    "np.var({a}, ddof=0)",
    "{a}.ravel()[0]",
    "{a}.flat[-1]",
    "{a}.sum(axis=0).max()",
    "{a}.mean(axis=-1, keepdims=True).sum()",
    "np.linalg.norm({a})",
    "np.dot({a}.ravel(), {b}.ravel())",
    "({a}.ravel() @ {b}.ravel())",
    "np.einsum('i,i', {a}.ravel(), {b}.ravel())",
    "np.trapezoid({a}.ravel())",
    "np.median({a})",
    "np.average({a}.ravel(), weights=np.arange({size}) + 1.0)",
    "float({a}.ravel()[0])",
    "{a}.ravel()[0].item()",
    "{a}.ravel()[np.argmax({a})]",
    "{a}.ravel()[int(abs({x})) % {size}]",
    "{a}[{a} > {x}].sum()",
    "np.count_nonzero({a} > {x})",
    "{a}.size * {x}",
    "len({a}) * {a}.ravel()[-1]",
    "sum({a}.ravel())",
    "max({a}.ravel())",
    "sum(t * t for t in {a}.ravel())",
    "np.sum({a}, where={a} > 0)",
    "np.max({a}, initial={x})",
    "np.add.reduce({a}.ravel())",
    "np.cumsum({a})[-1]",
    "np.ptp({a})",
    "np.diff({a}.ravel()).sum()",
    "np.percentile({a}, 30)",
    "np.histogram({a}, bins=[-9.0, 0.5, 9.0])[0][0]",
    "(1.0 if {a}.any() else {x})",
    "(1.0 if np.allclose({a}, {b}) else {x})",
    "({x} if {a}.dtype == np.float64 else 2.0)",
    "({x} if isinstance({a}, np.ndarray) else 2.0)",
    "({x} if {a}.ndim > 1 else {a}.nbytes)",
    "np.inner({a}.ravel(), {b}.ravel())",
    "np.vdot({a}, {b})",
    "np.tensordot({a}, {b}, axes={a}.ndim).item()",
    "{a}.tolist()[0] if {a}.ndim == 1 else {a}.tolist()[0][0]",
    "np.unique({a}).size",
    "np.nansum({a})",
    "np.searchsorted(np.sort({a}.ravel()), {x})",
    "np.mean({a}, dtype=np.float32)",
    "np.trace(np.atleast_2d({a}))",
    "({a}.ravel()[0] if {a}.ravel()[0] > {b}.ravel()[0] else {x})",
)
"""What number an array gives."""

SQUARE = (
    "np.linalg.det({a})",
    "np.linalg.inv({a} + 5 * np.eye(2))[0, 1]",
    "np.linalg.solve({a} + 5 * np.eye(2), [1.0, {x}])[0]",
    "({a} @ {b})[0, 1]",
    "({a} @ [1.0, {x}]).sum()",
    "np.linalg.eigvalsh({a} + {a}.T)[0]",
    "np.einsum('ij,jk->ik', {a}, {b})[1, 0]",
    "np.einsum('ii', {a})",
    "np.linalg.matrix_power({a}, 2)[0, 0]",
    "np.kron({a}, {b})[0, 3]",
    "np.tril({a}).sum() + np.triu({b}, 1).sum()",
    "np.diagonal({a}).sum()",
    "({a}.T @ {b}).trace()",
    "np.linalg.multi_dot([{a}, {b}, {a}])[0, 0]",
)
"""What number a 2x2 matrix gives."""

SAID = (
    "print({a})",
    "print({a}.dtype, {a}.shape, {a}.ndim, len({a}))",
    "print(repr({a}))",
    "print({a}.tolist())",
    "print(f'{{{a}.ravel()[0]:.3f}}', {a} > 0)",
    "print(np.array2string({a}, precision=2))",
    "log.append({a}.copy())",
    "log.append(float({a}.sum()))",
)


class Arrays(Statements):
    """Writes statements with arrays. ``arrays`` are their names by shape."""

    @property
    def arrays(self) -> dict[Shape, list[str]]:
        found: dict[Shape, list[str]] = self.__dict__.setdefault("_arrays", {})
        return found

    def of_arrays(self) -> tuple[Statement, ...]:
        made = (3, self.array_made), (3, self.array_of_array), (3, self.array_written)
        return *made, (4, self.array_number), (1, self.array_said), (1, self.array_loop), (1, self.array_function)

    def an_array(self) -> tuple[str, Shape]:
        """A name that holds one."""
        shape = self.dice.choice([*self.arrays])
        return self.dice.choice(self.arrays[shape]), shape

    def in_arrays(self, text: str) -> str:
        """A text with arrays of one shape, and numbers."""
        a, shape = self.an_array()
        return self.with_arrays(text, a, shape)

    def with_arrays(self, text: str, a: str, shape: Shape) -> str:
        b = self.dice.choice(self.arrays[shape])
        size = shape[0] * (shape[1] if len(shape) > 1 else 1)
        words = {"shape": str(shape), "size": str(size), "first": str(shape[0]), "bit": self.pick(["0", "1", "-1"])}
        k = self.pick(["2", "0.5", "[[1.0]]", "True"]) if len(shape) > 1 else self.pick(["2", "[1]", "[0.5]", "True"])
        q = self.pick(["0.5", "-1", "1.7", "2.0"])
        v = self.new("u")
        x, y, z = self.formula(2), self.formula(2), self.atom()
        return text.format(a=a, b=b, x=x, y=y, z=z, k=k, q=q, v=v, **words)

    def array_kept(self, name: str, shape: Shape, indent: int) -> None:
        if indent == 0:
            self.arrays.setdefault(shape, []).append(name)

    def array_made(self, indent: int) -> None:
        shape = self.dice.choice(SHAPES)
        text = self.dice.choice(MADE[shape])
        name = self.new("w")
        x, y, z = self.formula(2), self.formula(2), self.atom()
        self.add(f"{name} = {text.format(x=x, y=y, z=z)}", indent)
        self.array_kept(name, shape, indent)

    def array_of_array(self, indent: int) -> None:
        a, shape = self.an_array()
        name = self.new("w")
        self.add(f"{name} = {self.with_arrays(self.dice.choice(SAME), a, shape)}", indent)
        self.array_kept(name, shape, indent)

    def array_written(self, indent: int) -> None:
        self.add(self.in_arrays(self.dice.choice(WRITTEN)), indent)

    def array_number(self, indent: int) -> None:
        name, (a, shape) = self.new(), self.an_array()
        texts = (*NUMBERS, *SQUARE) if shape == (2, 2) else NUMBERS
        self.add(f"{name} = {self.with_arrays(self.dice.choice(texts), a, shape)}", indent)
        self.bound(name, indent)

    def array_said(self, indent: int) -> None:
        self.add(self.in_arrays(self.dice.choice(SAID)), indent)

    def array_loop(self, indent: int) -> None:
        a, _ = self.an_array()
        step = self.new("k")
        self.add(f"for {step} in range(1, len({a})):", indent)
        self.add(
            f"    {a}[{step}] = {a}[{step} - 1] * 0.5 + {self.pick(['0.1', step, self.atom()])} * {a}[{step}]", indent
        )

    def array_function(self, indent: int) -> None:
        name, result = self.new("f"), self.new()
        a, shape = self.an_array()
        one, other = self.dice.choice(SAME), self.dice.choice(NUMBERS)
        self.add(f"def {name}(m):", indent)
        self.add(f"    m = {self.with_arrays(one, 'm', shape)}", indent)
        self.add(f"    return {self.with_arrays(other, 'm', shape)}", indent)
        self.add(f"{result} = {name}({a})", indent)
        self.bound(result, indent)
