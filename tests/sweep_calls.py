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

ARRAYS_OF_OBJECTS: dict[str, frozenset[str]] = {
    "linalg": frozenset(
        "block_diag cho_solve cho_solve_banded cholesky cholesky_banded circulant companion "
        "convolution_matrix coshm cosm eigvals_banded eigvalsh expm fiedler fiedler_companion "
        "fractional_matrix_power hankel helmert hessenberg hilbert inv invhilbert khatri_rao logm lu_solve "
        "matmul_toeplitz orth pinv pinvh signm sinhm sinm solve solve_banded solve_circulant "
        "solve_continuous_are solve_continuous_lyapunov solve_discrete_are solve_discrete_lyapunov "
        "solve_lyapunov solve_sylvester solve_toeplitz solve_triangular solveh_banded sqrtm subspace_angles "
        "svdvals tanhm tanm toeplitz".split()
    ),
    "np": frozenset(
        "abs absolute acos acosh add angle append arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh "
        "around array asanyarray asarray asarray_chkfinite ascontiguousarray asfortranarray asin asinh atan "
        "atan2 atanh atleast_1d atleast_2d atleast_3d bartlett bincount blackman block cbrt ceil choose clip "
        "column_stack compress concat concatenate conj conjugate convolve copy copysign corrcoef correlate "
        "cos cosh cov cross cumprod cumsum cumulative_prod cumulative_sum deg2rad degrees delete diag "
        "diagflat diagonal diff divide dot double dstack ediff1d einsum exp exp2 expand_dims expm1 extract "
        "eye fabs fix flip fliplr flipud float64 float_power floor floor_divide fmax fmin fmod fromiter full "
        "full_like geomspace gradient hamming hanning heaviside histogram_bin_edges hstack hypot i0 identity "
        "imag inner insert intersect1d kaiser kron ldexp linspace log log10 log1p log2 logaddexp logaddexp2 "
        "logspace matmul matrix_transpose matvec maximum minimum mod multiply nan_to_num nancumprod nancumsum "
        "negative nextafter ones ones_like outer pad partition permute_dims piecewise poly polyadd polyder "
        "polyfit polyint polymul polysub polyval positive pow power rad2deg radians ravel real real_if_close "
        "reciprocal remainder repeat resize rint roll roots rot90 round row_stack select setdiff1d setxor1d "
        "sign sin sinc sinh sort spacing sqrt square squeeze stack subtract take take_along_axis tan tanh "
        "tensordot tile transpose trapezoid tri tril trim_zeros triu true_divide trunc union1d unique "
        "unique_values unwrap vander vecdot vecmat vstack where zeros zeros_like".split()
    ),
    "np.fft": frozenset("fftfreq fftn fftshift hfft ifftn ifftshift irfft irfft2 irfftn rfftfreq".split()),
    "np.linalg": frozenset(
        "cholesky diagonal eigvals eigvalsh inv matmul matrix_power matrix_transpose multi_dot outer pinv "
        "solve svdvals tensordot tensorsolve vecdot".split()
    ),
    "np.random.default_rng(0)": frozenset(
        "beta chisquare choice dirichlet exponential f gamma gumbel laplace logistic lognormal "
        "noncentral_chisquare normal pareto permutation permuted power random rayleigh standard_cauchy "
        "standard_exponential standard_gamma standard_normal standard_t uniform vonmises wald weibull".split()
    ),
    "special": frozenset(
        "agm assoc_laguerre assoc_legendre_p assoc_legendre_p_all bei bei_zeros beip beip_zeros ber ber_zeros "
        "bernoulli berp berp_zeros beta betaln binom boxcox boxcox1p cbrt chdtr chdtrc chdtri chdtriv comb "
        "cosdg cosm1 cotdg dawsn digamma diric ellip_normal ellipe ellipeinc ellipk ellipkinc ellipkm1 "
        "elliprc entr erf erfc erfcinv erfcx erfi erfinv euler eval_chebyc eval_chebys eval_chebyt "
        "eval_chebyu eval_laguerre eval_legendre eval_sh_chebyt eval_sh_chebyu eval_sh_legendre exp1 exp10 "
        "exp2 expi expit expm1 expn exprel factorial gamma gammainc gammaincc gammainccinv gammaincinv "
        "gammaln gammasgn huber hyp0f1 i0 i0e i1 i1e inv_boxcox inv_boxcox1p it2struve0 itmodstruve0 "
        "itstruve0 iv ive ivp j0 j1 jn jv jve jvp k0 k0e k1 k1e kei kei_zeros keip keip_zeros ker ker_zeros "
        "kerp kerp_zeros kl_div kn kolmogi kolmogorov kv kve kvp legendre_p legendre_p_all log1p log_expit "
        "log_ndtr log_softmax loggamma logit logsumexp mathieu_a mathieu_b mathieu_even_coef mathieu_odd_coef "
        "modstruve ndtr ndtri ndtri_exp obl_cv_seq owens_t pdtr pdtrc pdtri pdtrik perm poch polygamma powm1 "
        "pro_cv_seq pseudo_huber psi rel_entr rgamma round sinc sindg smirnov smirnovi softmax softplus "
        "spence sph_legendre_p sph_legendre_p_all spherical_in spherical_jn spherical_kn spherical_yn stdtr "
        "stdtridf stdtrit struve tandg tklmbda wrightomega xlog1py xlogy y0 y1 yn yv yve yvp zeta zetac".split()
    ),
    "stats.norm": frozenset("cdf isf logcdf logpdf logsf pdf ppf sf".split()),
}
"""A known limit of arrays: the functions whose arrays of floats are arrays of objects while a cell is traced, by
library. Their values and their printed text are compared, their dtype is not."""
