"""What of a cell IPython shows, by its setting ``ast_node_interactivity``."""

from __future__ import annotations

import ast

from .rewrite import HOOKS


def as_the_shell_shows(module: ast.Module, interactivity: str) -> ast.Module:
    """The cell, with what IPython's setting ``ast_node_interactivity`` shows: ``last_expr``, ``last``, ``all``,
    ``last_expr_or_assign`` or ``none``.
    """
    last = module.body[-1] if module.body else None
    if interactivity == "last_expr_or_assign" and isinstance(last, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        target = last.targets[0] if isinstance(last, ast.Assign) else last.target
        if isinstance(target, ast.Name):
            named = ast.copy_location(ast.Name(target.id, ast.Load()), last)
            module.body.append(ast.copy_location(ast.Expr(named), last))
    shown = {"all": module.body[:-1], "none": module.body[-1:]}.get(interactivity, [])
    for statement in shown:
        if isinstance(statement, ast.Expr):
            hook = "shown" if interactivity == "all" else "kept"
            place = ast.copy_location(ast.Name(HOOKS, ast.Load()), statement)
            function = ast.copy_location(ast.Attribute(place, hook, ast.Load()), statement)
            statement.value = ast.copy_location(ast.Call(function, [statement.value], []), statement)
    return module
