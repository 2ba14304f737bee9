"""Explorer: a traced graph to work with, from Python and in the browser.

Whether a slider is dragged in the browser or ``w.set(a=3.0)`` is called, the same is done (motion.py): replay the tape;
if a guard breaks, run the code again; write the numbers back; tell the browser and the other widgets.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from IPython.display import display

from autograd_magic.cell.program import Program
from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine import record
from autograd_magic.engine.groups import Floats
from autograd_magic.engine.node import Node
from autograd_magic.engine.tape import Tape
from autograd_magic.export.bundle import bundle
from autograd_magic.export.equations import written

from .browser import UNTRACED, Browser
from .descent import descend
from .encoded import encoded
from .gaps import gaps
from .lookup import Numbers, find, find_leaf
from .motion import Motion
from .offers import ask_for
from .page import fragment as as_fragment
from .page import page
from .protocol import TapeWire
from .saving import saved
from .session import closed, opened, ours, owned_by_another
from .source import with_present_numbers
from .stills import Still
from .wanted import wished
from .widget import Model


class Explorer:
    """The graph of one root with sliders on its leaves.

    ``values`` and ``grads`` are read-only mappings by name; ``set(a=3.0)`` does all that dragging a slider does and
    returns when it is done; ``reset()`` goes back to the numbers in the text; ``gaps`` says where gradients are lost,
    ``measure()`` measures those; ``source()`` gives the cell's text with the present numbers; ``root`` is the root's
    Value and ``tape`` its tape. ``reruns``: whether the program may be run again.
    """

    def __init__(
        self, trace: Trace, program: Program | None = None, *, reruns: bool = True, quiz: bool = False
    ) -> None:
        self.program, self.quiz, self._code = program if reruns else None, quiz, program
        self.motion = Motion(
            trace,
            self.program,
            changes=program.stale if program is not None else lambda _: [],
            owned=lambda serial: owned_by_another(self, serial),
        )
        self.values, self.grads = (Numbers(lambda: self.trace, kind) for kind in ("values", "grads"))
        self._still = Still()
        self.model = Model(fallback=uuid.uuid4().hex, tape=self.wire(self.motion.number, trace), cell=opened(self))
        self.browser = Browser(self, self.model)

    # What Python sees.

    @property
    def trace(self) -> Trace:
        """The trace in force."""
        return self.motion.trace

    @property
    def tape(self) -> Tape:
        """The tape at the numbers in force."""
        return self.trace.tape

    @property
    def root(self) -> Node:
        """The root's Value."""
        root: Node = self.tape.nodes[self.tape.root]
        return root

    @property
    def result(self) -> Any:
        """What the cell's last expression gave."""
        return self.trace.result

    @property
    def gaps(self) -> list[str]:
        """A sentence for each place at which a number left the graph and came back, so that gradients are not known
        (``nan`` in ``grads``); empty where all gradients are whole.
        """
        return gaps(self.trace)

    @property
    def stale(self) -> str:
        """One sentence when what this graph took from elsewhere in the notebook has changed since; else empty. The next
        ``set`` runs the code again with what is there now.
        """
        return self.motion.stale

    def set(self, numbers: Mapping[str, float] | None = None, /, **named: float) -> None:
        """Move leaves, as their sliders would: ``set(a=3.0)``, or ``set({'w[2]': 0.5})``.

        Raises KeyError for a name that is no leaf, TypeError for what is no real number, RuntimeError inside a traced
        cell, CannotExplore when the new numbers lead where this graph was not traced and nothing can be run again;
        what a second run raises goes through.
        """
        self._refuse_inside("set")
        wanted: dict[str, float] = {}
        for name, number in {**(numbers or {}), **named}.items():
            leaf = self.tape.leaves[find_leaf(self.trace, name)]
            wanted[leaf.key] = wished(name, number, leaf, self.motion.program is not None)
        self.flush()
        self.move({**self.motion.at, **wanted})

    def reset(self) -> None:
        """Go back to the numbers that stand in the text."""
        self._refuse_inside("reset")
        self.flush()
        self.move(None)

    def descend(self, steps: int, rate: float, leaves: Any = None) -> Floats:
        """Let leaves step against their gradients, each by ``rate`` times its gradient, and give the root's numbers,
        before the first step and after each: shape (steps + 1,). Where the code goes another way it is run again.
        ``leaves`` are names as in ``set``, also of lists and arrays of leaves; without them the Values and the elements
        of lists and arrays step, and where there are none, every float.

        Where the next step leads to no number, the cell would raise or can't be run again, or a gradient is not known,
        it stops before that with a warning, and gives fewer numbers. Raises ValueError for a wrong count or rate and
        where no leaf is left, KeyError and TypeError as ``set`` does, RuntimeError inside a traced cell.
        """
        self._refuse_inside("descend")
        self.flush()
        return descend(self, steps, rate, leaves)

    def measure(self) -> None:
        """Measure the gradients that are not known: the cell is run again, four times for each of these leaves, with
        the leaf nudged; also where that is not done by itself, since the cell prints, writes or is slow. Those that
        the runs do not agree on stay ``nan``.

        Raises RuntimeError inside a traced cell, CannotExplore where the cell can't be run for that.
        """
        self._refuse_inside("measure")
        self.flush()
        self.browser.measure(self.motion.peek)

    def slider(self, name: Any, *, on: bool = True) -> None:
        """Make a slider of a number in the text, ``slider(0.5)``, ``slider("line 3: 0.5")``, or of all numbers of a
        list, an array, a dict or an attribute, ``slider("w")``, ``slider("neuron.w")``: the cell is run again with
        them as leaves, and they stay so when it is run by hand. ``on=False`` makes constants of them again.

        Raises TypeError, which lists what there is, for what can be no slider, RuntimeError inside a traced cell,
        CannotExplore where the cell can't be run again; what it raises goes through.
        """
        self._refuse_inside("slider")
        self.flush()
        with ours():
            ask_for(self, name, on=on)
            self.browser.shows(rests=True)

    def formula(self, name: Any = None, form: str = "latex") -> str:
        """The steps that lead to a number, by its name or its Value (the root, unless told otherwise), as text:
        ``"latex"``, ``"python"`` or ``"dot"``. Raises KeyError for what is no number of this graph, ValueError for
        another form and for more than 500 numbers.
        """
        return written(self.tape, self.tape.root if name is None else find(self.trace, name), form)

    def source(self) -> str:
        """The cell's text with the numbers at which its leaves stand now; everything else in it is as it was written.
        Leaves that are not written in it (numbers from other cells, what calls have given) stay as they are. Raises
        CannotExplore where the text is not known.
        """
        return self.written()[1]

    def written(self) -> tuple[str, str, list[str]]:
        """The cell's text as it stands in the notebook, the same with the present numbers, and the names of moved
        leaves that are not written in it.
        """
        if self._code is None or not self._code.source:
            raise CannotExplore("The code that made this graph is not known here")
        return with_present_numbers(self._code, self.tape, self.motion.at)

    def html(self, *, fragment: bool = False, explore: bool = False) -> str:
        """Give a live page that needs no notebook, no kernel and no network, or (``fragment``) one element for a page
        of yours. It says so where a slider leads onto a path that was not traced; ``explore`` moves each slider through
        its range before, and takes along the paths that it meets.
        """
        return (as_fragment if fragment else page)([saved(self, explore=explore)])

    def save(self, path: str | os.PathLike[str], *, explore: bool = False) -> None:
        """Write ``html()`` to a file. Raises OSError where it cannot be written."""
        Path(path).write_text(self.html(explore=explore), encoding="utf-8")

    def close(self) -> None:
        """End the widget: its comm is closed and nothing of it is kept."""
        closed(self)
        self.browser.close()
        self.model.layout.close()
        self.model.close()

    def show(self) -> None:
        """Show the widget, and below it what stands for it where none runs, which a live one hides. These are two
        outputs, since a notebook that is opened again asks the first for its widget, and does not look on in it. So
        nothing is shown twice the first holds the widget alone.
        """
        with record.paused():
            found = self.model._repr_mimebundle_()
            data, metadata = found if isinstance(found, tuple) else (found or {}, {})
            display({**data, "text/plain": ""}, metadata=metadata, raw=True)
            self._still.show(self._forms, self.model.fallback)

    def _forms(self) -> Mapping[str, str]:
        found = bundle(self.tape, self.model.fallback)
        self.rest()  # it is the last to look at the graph, until a leaf moves
        return found

    _ipython_display_ = show

    def _display_(self) -> Model:
        """What marimo shows."""
        return self.model

    def __repr__(self) -> str:
        return f"<Explorer of {self.tape.name(self.tape.root)}: {len(self.tape)} nodes, {len(self.tape.leaves)} leaves>"

    # What other widgets and the questions of the browser see.

    def flush(self) -> None:
        """Do what the browser asked last."""
        self._still.now()
        self.browser.flush()

    def owns(self, serial: int) -> bool:
        """Whether a node was made by this widget's traces."""
        return self.motion.owns(serial)

    def rest(self) -> None:
        """A cell has ended: what is only of use while leaves move is not kept."""
        self.motion.rest()

    @ours()
    def look(self) -> None:
        """Compare what this graph took from elsewhere with what the notebook holds, and say what has changed."""
        self.model.stale = self.motion.look()

    @ours()
    def peek(self, moved: Mapping[str, float], roots: Sequence[str] = ()) -> float | None:
        """The root's number with some leaves elsewhere, by their keys; see ``Motion.peek``."""
        return self.motion.peek(moved, roots, writes=False)

    # What happens when a leaf moves.

    @staticmethod
    def _refuse_inside(what: str) -> None:
        if record.running is not None:
            raise RuntimeError(
                f"{what}() inside a traced cell would change the numbers it computes with: call it from another cell"
            )

    def wire(self, number: int, trace: Trace, *, question: int = 0, saved: bool = False) -> TapeWire:
        """The trace of this number for the browser; ``saved`` for a page in which nobody can run the code."""
        return encoded(self, number, trace, question=question, saved=saved)

    @ours()
    def move(self, wanted: Mapping[str, float] | None) -> None:
        """Move leaves from Python, by their keys (None: to where the code puts them), and show it in the browser."""
        self.browser.begin()
        self.look()  # the cell that calls this may have changed something before
        motion = self.motion
        broken = motion.reset() if wanted is None else motion.move(wanted, done=True, number=motion.number)
        if broken is not None:
            where = f" (line {broken.line})" if broken.line else ""
            raise CannotExplore(f"{broken.sentence}{where}: {UNTRACED}")
        self.browser.rest()

    def follow(self, at: Mapping[str, Any]) -> None:
        """Show where the leaves are meanwhile, on their way to where they will be moved."""
        self.browser.follow(at)
