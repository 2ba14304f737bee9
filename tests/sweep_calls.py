"""How the functions of the libraries are called in the sweep, and what is known of them."""

from __future__ import annotations

SHAPES = [
    "{f}(x)",
    "{f}([x, y])",
    "{f}([[x, 1.0], [0.5, y]])",
    "{f}(x, y)",
    "{f}(n)",
    "{f}([x, y], [y, 2.0])",
    "{f}([[x, 1.0], [0.5, y]], [[2.0, y], [x, 1.5]])",
    "{f}(np.array([x, y]))",
    "{f}(x, y, 2.0)",
    "{f}(n, x)",
    "{f}(x, 1.1, y, 2.0)",
    "{f}(1, n, x)",
    "{f}([x, y, 2.0, 0.1], n)",
    "{f}([x, y, 2.0, 0.1], [1, 0])",
    "{f}([[x, 1.0], [1.0, y]], [x, 0.5])",
]
"""How a function is called where the table knows no better: the shapes of these that work without us."""
MOST = 3
"""So many shapes of one function."""

TABLE: dict[str, list[str]] = {
    "np.apply_along_axis": ["{f}(np.sum, 0, [[x, 1.0], [0.5, y]])"],
    "np.apply_over_axes": ["{f}(np.sum, [[x, 1.0], [0.5, y]], [0, 1])"],
    "np.array2string": ["{f}(np.array([x, y]))"],
    "np.choose": ["{f}([1, 0], [[x, 1.0], [0.5, y]])"],
    "np.compress": ["{f}([True, False, True], [x, 1.0, y])"],
    "np.cross": ["{f}([x, 1.0, 2.0], [y, 0.5, 3.0])"],
    "np.digitize": ["{f}(x, [0.0, 0.5, 1.0])", "{f}([x, y], [0.0, 0.5, 1.0])"],
    "np.einsum": ["{f}('ij,j->i', [[x, 1.0], [0.5, y]], [x, 2.0])"],
    "np.extract": ["{f}([True, False, True], [x, 1.0, y])"],
    "np.fill_diagonal": [],
    "np.fromfunction": ["{f}(lambda i, j: i * x + j, (2, 2))"],
    "np.fromiter": ["{f}([x, y], float)", "{f}(iter([x, y]), float)"],
    "np.full": ["{f}(3, x)", "{f}((2, 2), x)", "{f}(n, x)"],
    "np.full_like": ["{f}([1.0, 2.0], x)"],
    "np.histogram": ["{f}([x, y, 0.1], 3)", "{f}([x, y], [0.0, 1.0, 2.0])"],
    "np.insert": ["{f}([1.0, 2.0], 1, x)"],
    "np.interp": ["{f}(x, [0.0, 1.0, 2.0], [1.0, y, 3.0])"],
    "np.linspace": ["{f}(x, y, 5)", "{f}(0.0, x, n)"],
    "np.logspace": ["{f}(x, y, 5)"],
    "np.geomspace": ["{f}(x, y, 5)"],
    "np.pad": ["{f}([x, y], 1)", "{f}([x, y], 1, constant_values=x)"],
    "np.percentile": ["{f}([x, y, 2.0], 30)", "{f}([1.0, 2.0, 4.0], x)"],
    "np.nanpercentile": ["{f}([x, y, 2.0], 30)"],
    "np.quantile": ["{f}([x, y, 2.0], 0.3)", "{f}([1.0, 2.0, 4.0], x)"],
    "np.nanquantile": ["{f}([x, y, 2.0], 0.3)"],
    "np.piecewise": ["{f}(np.array([x, y]), [np.array([True, False])], [1.0, 2.0])"],
    "np.polyfit": ["{f}([0.0, 1.0, 2.0], [x, 1.0, y], 1)", "{f}([x, 1.0, 2.0], [0.0, 1.0, y], 1)"],
    "np.roots": ["{f}([1.0, -3.0, x])"],
    "np.select": ["{f}([np.array([True, False])], [np.array([x, y])])"],
    "np.searchsorted": ["{f}([0.0, 0.5, 1.0], x)"],
    "np.take_along_axis": ["{f}(np.array([x, y]), np.array([1, 0]), 0)"],
    "np.tile": ["{f}([x, y], 2)", "{f}(x, n)"],
    "np.unwrap": ["{f}([x, 7.0, y])"],
    "np.vectorize": [],
    "np.linalg.matrix_power": ["{f}([[x, 1.0], [0.5, y]], 3)"],
    "np.linalg.multi_dot": ["{f}([[[x, 1.0], [0.5, y]], [[2.0, y], [x, 1.5]], [[1.0], [x]]])"],
    "np.linalg.solve": ["{f}([[x, 1.0], [0.5, y]], [x, 2.0])"],
    "np.linalg.lstsq": ["{f}([[x, 1.0], [0.5, y], [1.0, 1.0]], [x, 2.0, 0.1])"],
    "np.linalg.cholesky": ["{f}([[x, 0.1], [0.1, y]])"],
    "special.logsumexp": ["{f}([x, y])", "{f}([[x, 1.0], [0.5, y]], axis=1)", "{f}([x, y], b=[1.0, 2.0])"],
    "special.bdtr": ["{f}(1, 3, x)"],
    "special.roots_jacobi": [],
    "stats.norm.expect": ["{f}(lambda u: u * u, loc=x)"],
    "stats.norm.fit": ["{f}([x, y, 2.0])"],
    "stats.norm.interval": ["{f}(x, loc=y)", "{f}(0.9, loc=x)"],
    "stats.norm.moment": ["{f}(2, x, y)"],
    "stats.norm.rvs": ["{f}(x, y, random_state=1)", "{f}(x, size=3, random_state=np.random.default_rng(0))"],
    "stats.norm.nnlf": ["{f}((x, y), np.array([1.0, 2.0]))"],
    "linalg.solve_triangular": ["{f}([[x, 0.0], [0.5, y]], [1.0, x], lower=True)"],
    "linalg.cho_solve": ["{f}(linalg.cho_factor([[x, 0.1], [0.1, y]]), [x, 1.0])"],
    "linalg.lu_solve": ["{f}(linalg.lu_factor([[x, 1.0], [0.5, y]]), [x, 1.0])"],
    "linalg.cholesky": ["{f}([[x, 0.1], [0.1, y]])"],
    "linalg.cho_factor": ["{f}([[x, 0.1], [0.1, y]])"],
    "linalg.solve_banded": ["{f}((1, 1), [[0.0, x], [2.0, 3.0], [y, 0.0]], [1.0, x])"],
    "linalg.solve_sylvester": ["{f}([[x, 0.1], [0.1, y]], [[2.0, y], [x, 1.5]], [[1.0, x], [0.0, 1.0]])"],
    "linalg.fractional_matrix_power": ["{f}([[x, 0.1], [0.1, y]], 0.5)", "{f}([[2.0, 0.1], [0.1, 3.0]], x)"],
    "optimize.brentq": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.bisect": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.ridder": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.toms748": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.newton": ["{f}(lambda u: u * u - x, y)"],
    "optimize.fsolve": ["{f}(lambda u: u * u - x, y)"],
    "optimize.root_scalar": ["{f}(lambda u: u * u - x, bracket=[0.0, 3.0])"],
    "optimize.minimize_scalar": ["{f}(lambda u: (u - x) ** 2)"],
    "statistics.correlation": ["{f}([x, y, 2.0], [1.0, x, 0.3])"],
    "statistics.covariance": ["{f}([x, y, 2.0], [1.0, x, 0.3])"],
    "statistics.linear_regression": ["{f}([x, y, 2.0], [1.0, x, 0.3])"],
    "statistics.quantiles": ["{f}([x, y, 2.0])"],
    "statistics.fmean": ["{f}([x, y, 2.0])", "{f}([x, y], [1.0, x])"],
    "math.fma": ["{f}(x, y, 2.0)"],
    "math.ldexp": ["{f}(x, 2)", "{f}(x, n)"],
    "math.isclose": ["{f}(x, y)"],
    "math.sumprod": ["{f}([x, y], [y, 2.0])"],
}
"""How a function is called whose arguments are of other kinds. ``np.vectorize`` and the like, which give a function or
nothing, are not called.
"""

LEFT_OUT = frozenset(
    "empty empty_like ndarray memmap fromfile load save savez savez_compressed savetxt loadtxt genfromtxt fromregex "
    "frombuffer fromstring test show_config show_runtime info lookfor seterr seterrcall setbufsize set_printoptions "
    "printoptions errstate getbufsize geterr geterrcall get_include get_printoptions include setstate spawn bytes "
    "from_dlpack may_share_memory shares_memory nditer nested_iters broadcast flatiter ndenumerate ndindex busdaycalendar "
    "poly1d recarray record matrix chararray vectorize asmatrix bmat mat get_blas_funcs get_lapack_funcs find_best_blas_type "
    "bench print_function name get_array_wrap source who deprecate safe_eval void object_ dtype finfo iinfo require ".split()
)
"""What reads or writes files, settings or memory that nobody has set, or gives no number by any reading."""
