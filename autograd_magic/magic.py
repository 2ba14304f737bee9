"""``%%autograd`` and ``%autograd``: the words that the extension teaches IPython."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display

from .cell import hooks
from .cell.hooks import NoLeaf
from .cell.quiet import no_collections
from .cell.rewrite import HOOKS
from .cell.run import Cell, awaits
from .cell.script import script
from .cell.traces import CannotExplore, Trace
from .engine import record
from .engine.number import plain
from .engine.value import is_real
from .live import printing
from .live.explore import foreign
from .live.explorer import Explorer
from .live.options import OPTIONS, read_options, read_save, split
from .live.outputs import FirstRun
from .live.page import page
from .live.saving import saved
from .live.session import close_all, remember, session
from .live.tracebacks import shown_plainly

_F = TypeVar("_F", bound=Callable[..., Any])

try:
    from IPython.core.magic import output_can_be_silenced
except ImportError:  # IPython 7 shows what a magic gives even after a semicolon

    def output_can_be_silenced(magic_func: _F) -> _F:
        """The magic as it is."""
        return magic_func


@magics_class
class AutogradMagics(Magics):
    """The magic's two forms: a cell, and one expression on a line."""

    shell: InteractiveShell

    @no_var_expand
    @output_can_be_silenced
    @magic_arguments()
    @argument(
        "--root",
        metavar="NAME",
        default="",
        help="the variable (or label) to differentiate; else the last expression, else what was printed or named last",
    )
    @argument(
        "--wrt",
        metavar="NAMES",
        default="",
        help="names, with commas, whose number or elements (list, dict, neuron.w) are leaves; or numbers: 0.5, 4:0.5",
    )
    @argument("--const", metavar="NAMES", default="", help="names, with commas, whose numbers are no leaves")
    @argument(
        "--as",
        dest="name",
        metavar="NAME",
        default="",
        help="bind the widget to this name: NAME.values['a'], NAME.set(a=3.0)",
    )
    @argument(
        "--no-rerun",
        action="store_true",
        help="never run the cell again by itself; the widget then says where it cannot know",
    )
    @argument("--quiz", action="store_true", help="hide the gradients: whoever looks shall say them first")
    @argument("expression", nargs="*", help="%%autograd EXPRESSION (on one line): the expression to explore")
    @line_cell_magic("autograd")  # type: ignore[arg-type]
    def autograd(self, line: str, cell: str | None = None) -> Any:
        """Run a cell with its named numbers as Values, and show the live graph of its result.

        Every number that the cell binds to a name, or reads from an earlier cell, becomes a leaf with a slider; click
        a node to see its gradient. ``%autograd EXPRESSION`` explores one expression; ``%autograd save page.html``
        writes the last graph to a page that needs no kernel (``--all``: every open one, with the cells' texts;
        ``--explore``: with what its sliders lead to); ``%autograd --help`` prints this.
        """
        if cell is None and line.strip() in ("--help", "-h", "help", "?", ""):
            print(_help(self.autograd))
            return None
        asked = read_save(line, self.shell.user_ns) if cell is None else None
        if asked is not None:
            return self._save(asked)
        options = read_options(self.autograd, line, cell)
        text = " ".join(options.expression) if cell is None else cell
        if cell is not None and options.expression:
            what = repr(" ".join(options.expression))
            raise UsageError(f"%%autograd: {what} is no option; the code goes into the lines below. Options: {OPTIONS}")
        timed, written = _TIMED.match(text) if cell is not None else None, text
        if timed is not None:
            text = text[: timed.start(1)] + text[timed.end(1) :]  # its line stays, so that lines count as in the cell
        program = self._prepared(line, text, options, written, at_line=cell is None)
        errors: list[BaseException] = []
        shown = self._begin(program)

        def first() -> None:
            try:
                program.first()
            except BaseException as raised:
                errors.append(raised)

        if timed is None:
            first()
        else:
            hooks.timed = first
            self.shell.run_cell_magic("time", timed[1].partition("time")[2].strip(), f"{HOOKS}.timed()")
        return self._finished(program, options, shown, errors[0] if errors else None)

    def _save(self, asked: Any) -> None:
        """Write the last open widget, or all of them, to a page."""
        explorers = [found for found in session(self.shell).widgets if isinstance(found, Explorer)]
        if not explorers:
            raise UsageError("%autograd save: no graph is open: run a cell with %%autograd first")
        text = page(
            [saved(each, explore=asked.explore) for each in explorers[0 if asked.all else -1 :]], sources=asked.all
        )
        try:
            Path(asked.file).expanduser().write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"%autograd save: {asked.file} cannot be written ({error.strerror})") from None
        count = len(explorers) if asked.all else 1
        print(f"Saved {asked.file}: {count} live graph{'s' * (count != 1)}, {len(text.encode()) / 1000:.0f} kB.")

    async def autograd_awaiting(self, line: str, cell: str) -> Any:
        """``%%autograd`` on a cell with ``await`` in it, as ``awaiting`` rewrites it."""
        options = read_options(self.autograd, line, cell)
        program = self._prepared(line, cell, options, cell, at_line=False)
        error: BaseException | None = None
        shown = self._begin(program)
        try:
            await program.first_awaiting()
        except BaseException as raised:
            error = raised
        return self._finished(program, options, shown, error)

    def _prepared(self, line: str, text: str, options: Any, written: str, *, at_line: bool) -> Cell:
        """The cell, ready to run; ``written`` is its text as it stands there, ``text`` what runs of it."""
        if record.running is None:
            session(self.shell).notebook.back()
        known = {name: split(getattr(options, name)) for name in ("wrt", "const")}
        program = self._compiled(line, text, options, known, written, at_line=at_line)
        self._check_names(program, known, options)
        return program

    def _begin(self, program: Cell) -> FirstRun:
        """From now on it is noted what the cell shows."""
        first = FirstRun(self.shell)
        session(self.shell).first.append((first, program))
        return first

    @no_collections()
    def _finished(self, program: Cell, options: Any, first: FirstRun, error: BaseException | None) -> Any:
        """Show what a run has left, and give back its result or raise its exception."""
        first.ended(program.result)
        if isinstance(error, NoLeaf):
            raise UsageError(f"%%autograd: {error}") from None
        shell = self.shell
        explorer = None
        session(shell).notebook.left(program.touches, program)
        try:
            trace, theirs = self._traced(program, stopped=error is not None)
            if error is not None:
                trace.notes.append(f"The cell stopped with {type(error).__name__}: this is the graph up to there.")
            if program.awaits:
                trace.notes.append(AWAITS)
            trace.screen = first.screen
            alone = options.no_rerun or error is not None or program.awaits
            explorer = Explorer(trace, None if theirs else program, reruns=not alone, quiz=options.quiz)
            if program.wrt or program.asked.places:
                remember(explorer, *program.kept)
            explorer.show()
        except CannotExplore as nothing:
            if error is None:
                if options.root:
                    raise UsageError(f"%%autograd: {nothing}") from None
                inner = _INNER.match(program.text)
                _note(UNSEEN.format(inner[1]) if inner else str(nothing))
        if options.name and explorer is not None:
            shell.user_ns[options.name] = explorer
        if error is not None:
            raise self._shown(error, program.filename)
        return program.result

    def _traced(self, program: Cell, *, stopped: bool) -> tuple[Trace, bool]:
        """The trace of a cell that has just run, and whether it is of somebody else's class."""
        root = None if stopped else program.theirs()
        if root is None:
            try:
                return program.trace(program.recording), False
            except CannotExplore:
                root = None if stopped else program.theirs(otherwise=True)
                if root is None:
                    raise
        try:
            return foreign(root, self.shell.user_ns), True
        except (TypeError, ValueError) as error:
            raise CannotExplore(f"no graph: {error}") from None

    def _compiled(
        self, line: str, text: str, options: Any, known: dict[str, tuple[str, ...]], written: str, *, at_line: bool
    ) -> Cell:
        shell = self.shell
        code = text.splitlines(keepends=True)
        empty = next((place for place, found in enumerate(code) if found.strip()), 0)  # IPython takes these away
        first = "" if at_line else "\n" * (1 + empty)
        try:
            body = first + shell.transform_cell(text)
        except SyntaxError as error:
            error.lineno = (error.lineno or 1) + len(first)
            raise self._shown(error.with_traceback(None), "") from None
        raw = text if at_line else f"%%autograd {line}".rstrip() + "\n" + text
        filename = shell.compile.cache(body, _number(shell), raw_code=raw)

        # A text is read once, unless something of the user's has a say in how.
        read, transform = (script.__wrapped__, shell.transform_ast) if shell.ast_transformers else (script, None)
        shows = "" if at_line else shell.ast_node_interactivity
        try:
            with no_collections():
                found = read(body, filename, raw[: len(raw) - len(text)] + written, shows, transform)
                asked, marks = session(shell).asked.pop(session(shell).cell, ((), []))
                given = {"wrt": known["wrt"], "const": known["const"], "asked": asked, "marks": marks}
                return Cell(found, shell.user_ns, root=options.root, **given)
        except NoLeaf as wrong:
            raise UsageError(f"%%autograd: {wrong}") from None
        except SyntaxError as error:
            error.with_traceback(None)
            raise self._shown(error, filename) from None

    def _check_names(self, program: Cell, known: dict[str, tuple[str, ...]], options: Any) -> None:
        """Names in options must be names that the cell can know; what is asked for as a leaf must be a number or hold
        some.
        """
        namespace, bound = self.shell.user_ns, program.names.bound
        for option, wanted in known.items():
            for name in wanted:
                path, name = name, name.partition(".")[0]
                if name in bound or (option == "wrt" and not name.isidentifier()):
                    continue
                if name not in namespace:
                    lent = [read for read in program.names.read if is_real(plain(namespace.get(read)))]
                    there = ", ".join(dict.fromkeys([*bound, *lent])) or "none"
                    raise UsageError(f"%%autograd: --{option} {path}: there is no such name; the cell has {there}")
                found = namespace[name]
                if option == "wrt" and isinstance(found, (str, complex, bool, type(None))):
                    what = f"{type(found).__name__} {found!r:.40}"
                    raise UsageError(f"%%autograd: --wrt {name}: {what} is no real number to make a leaf of")
        if options.name and not options.name.isidentifier():
            raise UsageError(f"%%autograd: --as {options.name}: that is no name for a variable")

    def _shown(self, error: BaseException, filename: str) -> BaseException:
        """The exception, which IPython shows as it would without the magic."""
        if not isinstance(error, UsageError):
            session(self.shell).failed.append(shown_plainly(self.shell, error, filename))
        return error


def _number(shell: InteractiveShell) -> int:
    """The number in the prompt of the cell that runs: IPython 9 counts on before it runs a cell, older ones after."""
    numbers: dict[str, int] = getattr(shell.compile, "_filename_map", {})
    frame: types.FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename not in numbers:
        frame = frame.f_back
    count: int = shell.execution_count
    return count if frame is None else numbers[frame.f_code.co_filename]


_TIMED = re.compile(r"\s*(%%time\b[^\n]*)")

_INNER = re.compile(r"\s*get_ipython\(\)\.run_cell_magic\('(\w+)'")
UNSEEN = "no graph: %%{} runs what stands below it, and %%autograd sees none of that (%%capture, %%timeit go above it)"

AWAITS = "The cell awaits, so it cannot be run again by itself: where other numbers would lead elsewhere, that is said."


def _help(magic: Any) -> str:
    return str(magic.__doc__).replace("::\n\n", "").strip()


def _note(sentence: str) -> None:
    """A note of ours stands in the cell's output as a display of its own, never on stdout."""
    display({"text/plain": f"%%autograd: {sentence}"}, raw=True)


def awaiting(lines: list[str]) -> list[str]:
    """An input transformer: IPython awaits only what it sees to await, and does not look into a magic's cell."""
    if not lines or not lines[0].startswith("%%autograd") or not awaits("".join(lines[1:])):
        return lines
    line = lines[0].removeprefix("%%autograd").strip()
    magics = "get_ipython().magics_manager.registry['AutogradMagics']"
    return [f"await {magics}.autograd_awaiting({line!r}, {''.join(lines[1:])!r})\n"]


def load(shell: InteractiveShell) -> None:
    """Teach a shell the magic. Twice is harmless."""
    session(shell)
    shell.register_magics(AutogradMagics)
    if awaiting not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(awaiting)
    printing.teach(shell)


def unload(shell: InteractiveShell) -> None:
    """Take the magic back; widgets that are still open are closed."""
    close_all(shell)
    if awaiting in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(awaiting)
    printing.forget(shell)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("autograd", None)
    shell.magics_manager.registry.pop("AutogradMagics", None)
