"""Calls of libraries: NumPy, SciPy, pandas, and Python's own modules for numbers."""

from __future__ import annotations

from collections.abc import Callable

from formulas import Kinds
from statements import Statements

LIBRARIES = """
import array
import bisect
import cmath
import copy
import heapq
import io
import json
import operator
import pickle
import struct
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
import pandas as pd
from scipy import integrate, interpolate, linalg, optimize, special, stats

frame = pd.DataFrame({"a": [0.5, 1.5, -1.0], "b": [1.0, 2.0, 2.0]})
series = pd.Series([0.25, -1.0, 2.0])
"""
"""What earlier cells have left: modules, a DataFrame and a Series that cells change in place."""

CALLS = (
    # NumPy
    "np.linalg.norm([{x}, {y}])",
    "np.linalg.det([[{x}, 1.0], [{y}, 2.0]])",
    "np.linalg.solve([[2.0, {a}], [0.5, 4.0]], [1.0, {y}])[0]",
    "np.linalg.inv([[3.0, {a}], [{b}, 2.5]])[0, 1]",
    "np.linalg.eigvalsh([[2.0, {a}], [{a}, -1.0]])[0]",
    "np.linalg.lstsq([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], [{x}, {y}, 0.5], rcond=None)[0][1]",
    "np.polyfit([0.0, 1.0, 2.0], [{x}, {y}, 1.0], 1)[0]",
    "np.polyval([{x}, {y}, 1.0], 0.5)",
    "np.percentile([{x}, {y}, 1.0], 30)",
    "np.quantile([{x}, {y}, 1.0], 0.8)",
    "np.median([{x}, {y}, 1.0])",
    "np.std([{x}, {y}, 1.0])",
    "np.var([{x}, {y}, 0.5], ddof=1)",
    "np.average([{x}, {y}], weights=[1.0, 2.0])",
    "np.convolve([{x}, {y}], [1.0, 0.5])[1]",
    "np.fft.fft([{x}, {y}, 1.0]).real[1]",
    "np.gradient([{x}, {y}, 1.0])[1]",
    "np.diff([{x}, {y}])[0]",
    "np.outer([{x}, 1.0], [{y}, 2.0])[1, 0]",
    "np.cross([{x}, 1.0, 0.0], [{y}, 2.0, 1.0])[2]",
    "np.einsum('i,i', [{x}, {y}], [1.0, 2.0])",
    "np.histogram([{x}, {y}, 0.0], bins=[-9.0, 0.5, 9.0])[0][0]",
    "np.searchsorted([0.0, 1.0, 2.0], {x})",
    "np.argmax([{x}, {y}, 0.5])",
    "np.unique([{x}, {y}, {x}]).size",
    "np.nan_to_num({x})",
    "np.heaviside({x}, 0.5)",
    "np.full(2, {x}).sum()",
    "np.float64({x}).item()",
    "np.random.default_rng(3).normal({x}, 1.0 + abs({y}))",
    "np.random.normal({x}, 1.0)",
    "np.tile([{x}, {y}], 2)[2]",
    "np.roll([{x}, {y}, 1.0], 1)[0]",
    "np.array_split([{x}, {y}, 1.0], 2)[0].sum()",
    "np.sort([{x}, {y}, 0.5])[1]",
    "np.stack([[{x}, 1.0], [{y}, 2.0]]).mean(axis=0)[0]",
    "np.allclose([{x}], [{y}])",
    # SciPy
    "special.erf({x})",
    "special.expit({x})",
    "special.jv(0, {x})",
    "special.gammaln(0.5 + abs({x}))",
    "special.logsumexp([{x}, {y}])",
    "special.softmax([{x}, {y}])[0]",
    "stats.norm.cdf({x}, {y}, 1.5)",
    "stats.norm.pdf({x})",
    "stats.norm.ppf(0.5 + 0.4 * {a})",
    "stats.t.cdf({x}, 5)",
    "stats.linregress([0.0, 1.0, 2.0], [{x}, {y}, 1.0]).slope",
    "interpolate.interp1d([0.0, 1.0], [{x}, {y}])(0.3).item()",
    "integrate.trapezoid([{x}, {y}, 1.0])",
    "linalg.expm([[{a}, 0.5], [0.0, {b}]])[0, 1]",
    # Python's own
    "math.comb(5, abs(int({x})) % 5)",
    "math.isclose({x}, {y})",
    "math.frexp({x})[0]",
    "math.modf({x})[0]",
    "math.ldexp({x}, 2)",
    "math.erf({x})",
    "math.expm1(-abs({x}))",
    "math.log2(1 + abs({x}))",
    "math.log(1 + abs({x}), 3)",
    "math.degrees({x})",
    "math.dist([{x}, {y}], [1.0, 2.0])",
    "math.ulp({x})",
    "statistics.fmean([{x}, {y}, 1.0])",
    "statistics.stdev([{x}, {y}, 1.0])",
    "statistics.variance([{x}, {y}, 1.0])",
    "statistics.harmonic_mean([0.5 + abs({x}), 1.0])",
    "statistics.quantiles([{x}, {y}, 1.0])[0]",
    "statistics.linear_regression([0.0, 1.0, 2.0], [{x}, {y}, 1.0]).slope",
    "statistics.NormalDist({x}, 1.5).cdf({y})",
    "statistics.mode([{x}, {y}, {x}])",
    "operator.mul({x}, {y})",
    "operator.itemgetter(1)([{x}, {y}])",
    "bisect.bisect([-1.0, 0.0, 1.5], {x})",
    "heapq.nlargest(1, [{x}, {y}])[0]",
    "copy.deepcopy([{x}, {y}])[1]",
    "pickle.loads(pickle.dumps({x}))",
    "struct.unpack('d', struct.pack('d', {x}))[0]",
    "array.array('d', [{x}, {y}])[0]",
    "random.choice([{x}, {y}])",
    "random.gauss({x}, 1.0)",
    "random.Random(3).uniform({x}, {y})",
    "cmath.sqrt({x}).real",
    "abs(complex({x}, {y}))",
    "({x} + 2j).real",
    "float(Decimal({x}))",
    "float(Decimal(str({a})) * 2)",
    "float(Fraction({x}) / 3)",
    "timedelta(seconds=10 * {a}).total_seconds()",
    "(timedelta(hours=1) * {a}).total_seconds()",
    "float({x}).is_integer()",
    "float.__add__(float({x}), 1.0)",
    "json.loads(json.dumps([{x}, {y}]))[0]",
    "json.loads(json.dumps({{'a': {x}, 'b': [{y}]}}))['b'][0]",
    # pandas
    "pd.Series([{x}, {y}, 1.0]).mean()",
    "pd.Series([{x}, {y}, 1.0]).std()",
    "pd.Series([{x}, {y}, 1.0]).cumsum().iloc[-1]",
    "pd.Series([{x}, {y}, 1.0]).rolling(2).mean().iloc[2]",
    "pd.Series([{x}, {y}]).to_numpy().sum()",
    "pd.Series([{x}, {y}]).max()",
    "(series * {x}).sum()",
    "({x} - series).abs().max()",
    "series.clip(upper={x}).sum()",
    "series.iloc[abs(int({x})) % 3]",
    "series.quantile(abs({a}))",
    "pd.DataFrame({{'a': [{x}, {y}], 'b': [1.0, 2.0]}}).mean()['a']",
    "pd.DataFrame({{'a': [{x}, {y}], 'b': [1.0, 2.0]}}).loc[0, 'a']",
    "pd.DataFrame([{{'a': {x}}}, {{'a': {y}}}])['a'].sum()",
    "frame.assign(c={x})['c'].sum()",
    "frame.groupby('b')['a'].sum().iloc[0] * {x}",
    "frame[frame['a'] > {x}]['b'].sum()",
    "frame.eval('a + b').sum() * {x}",
    "float((frame['a'] * {x} + frame['b']).mean())",
)
"""What gives a number: ``x`` and ``y`` stand for formulas, ``a`` and ``b`` for numbers between -1 and 1, ``u`` and ``v``
for names.
"""


class Libraries(Statements):
    """Writes such calls."""

    def kinds_of(self, calls: tuple[str, ...]) -> Kinds:
        """Each of them, as likely as all others."""
        return [(1, self._call(text)) for text in calls]

    def _call(self, text: str) -> Callable[[], str]:
        def made() -> str:
            x, y, a, b = self.formula(2), self.formula(2), f"math.tanh({self.atom()})", f"np.sin({self.atom()})"
            return text.format(x=x, y=y, a=a, b=b, u=self.atom(), v=self.atom())

        return made
