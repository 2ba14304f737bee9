"""Every function of NumPy that dispatches stands in exactly one list: ours, which trace it or move its elements, or
those that go through the door. So a new NumPy, with functions that nobody has thought of, is noticed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_magic.engine.methods import FUNCTIONS

DOOR = frozenset(
    """
allclose angle apply_along_axis apply_over_axes argpartition array2string array_equal array_equiv array_repr
array_str astype bincount busday_count busday_offset can_cast choose common_type compress convolve corrcoef
correlate cov cumulative_prod cumulative_sum datetime_as_string diag_indices_from digitize ediff1d
einsum_path extract fft.fft fft.fft2 fft.fftn fft.fftshift fft.hfft fft.ifft fft.ifft2 fft.ifftn
fft.ifftshift fft.ihfft fft.irfft fft.irfft2 fft.irfftn fft.rfft fft.rfft2 fft.rfftn fix geomspace gradient
histogram histogram2d histogram_bin_edges histogramdd i0 imag insert interp intersect1d is_busday isclose
iscomplex iscomplexobj isin isneginf isposinf isreal isrealobj ix_ lexsort linalg.cholesky linalg.cond
linalg.cross linalg.det linalg.diagonal linalg.eig linalg.eigh linalg.eigvals linalg.eigvalsh linalg.inv
linalg.lstsq linalg.matmul linalg.matrix_norm linalg.matrix_power linalg.matrix_rank linalg.matrix_transpose
linalg.multi_dot linalg.outer linalg.pinv linalg.qr linalg.slogdet linalg.solve linalg.svd linalg.svdvals
linalg.tensordot linalg.tensorinv linalg.tensorsolve linalg.trace linalg.vecdot linalg.vector_norm logspace
may_share_memory min_scalar_type nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean
nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar ndim packbits pad partition
percentile piecewise poly polyadd polyder polydiv polyfit polyint polymul polysub polyval quantile
ravel_multi_index real_if_close result_type roots save savetxt savez savez_compressed searchsorted select
setdiff1d setxor1d shape shares_memory sinc size sort_complex tril_indices_from trim_zeros triu_indices_from
union1d unique unique_all unique_counts unique_inverse unique_values unpackbits unravel_index unwrap vander
""".split()
)
"""Those that get plain numbers; what they give is measured, or said to be unknown."""


def dispatching() -> Iterator[tuple[str, Any]]:
    """The functions that would ask an Array (``__array_function__``), by name."""
    for home, module in (("", np), ("linalg.", np.linalg), ("fft.", np.fft)):
        for name in dir(module):
            found = getattr(module, name) if name[0] != "_" else None
            if type(found) is type(np.sum):
                yield home + name, found


def test_every_function_stands_in_exactly_one_list() -> None:
    found = dict(dispatching())
    assert len(found) > 200
    both = sorted(name for name, function in found.items() if name in DOOR and function in FUNCTIONS)
    none = sorted(name for name, function in found.items() if name not in DOOR and function not in FUNCTIONS)
    assert (both, none) == ([], [])
