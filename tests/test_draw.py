"""``trace``, ``draw_dot``, the still picture and the text tree."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import zlib
from itertools import combinations
from xml.etree import ElementTree as ET

import graphviz
import numpy as np
import pytest
from eight import EIGHT
from shell import LECTURE, Shell

from autograd_magic import Value, draw_dot, trace
from autograd_magic.engine.readable import short
from autograd_magic.engine.tape import Tape
from autograd_magic.export.bundle import bundle
from autograd_magic.export.draw import Drawing
from autograd_magic.export.pdf import pdf
from autograd_magic.export.picture import alt_text, drawing, picture
from autograd_magic.export.plan import Plan
from autograd_magic.export.text import DEPTH, LINES, tree

HOSTILE = [
    '"quotes" {braces} | pipes \\ <b> </b>',
    "\\N \\G \\n \\l",
    "a]; evil [label=x",
    "&amp; &#60;script&#62;",
    "new\nline",
    "<table><tr><td>html</td></tr></table>",
    "\u202eright to left",
    "🙂🙃",
    "\x00\x01\ud800",
    "x" * 10_000,
]


def lecture() -> Value:
    a, b, c, f = (Value(x, label=name) for x, name in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    root = d * f
    root.label = "L"
    return root


def seeds_trace(root: Value) -> tuple[set[Value], set[tuple[Value, Value]]]:
    """The lecture's own function, as a learner would write it."""
    nodes: set[Value] = set()
    edges: set[tuple[Value, Value]] = set()

    def build(v: Value) -> None:
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


# trace


def test_trace_has_nodes_and_edges_in_order() -> None:
    nodes, edges = trace(lecture())
    assert [node.label for node in nodes] == ["a", "b", "c", "f", "e", "d", "L"]
    assert {(arg.label, node.label) for arg, node in edges} == {
        ("a", "e"),
        ("b", "e"),
        ("e", "d"),
        ("c", "d"),
        ("d", "L"),
        ("f", "L"),
    }


def test_trace_counts_each_use() -> None:
    a = Value(3.0, label="a")
    _, edges = trace(a * a)
    assert len(edges) == 2


def test_a_learners_own_trace_works_on_a_wrapped_root(shell: Shell) -> None:
    w = shell.autograd("x1 = 2.0\nx2 = 0.0\nw2 = 1.0\ny = x1 * 2.0 + x2 * w2\ny")
    nodes, edges = seeds_trace(w.root)
    ours, drawn = trace(w.root)
    assert len(nodes) == len(ours) and len(edges) == len(drawn)
    assert {id(node) for node in nodes if node is not w.root} == {id(node) for node in ours[:-1]}


def test_trace_refuses_what_is_no_value() -> None:
    with pytest.raises(TypeError, match="drawn from a Value, not from float 3"):
        trace(3.0)  # type: ignore[arg-type]


# draw_dot


def test_draw_dot_is_the_seeds_picture() -> None:
    root = lecture()
    root.backward()
    dot = draw_dot(root)
    assert isinstance(dot, graphviz.Digraph)
    assert dot.format == "svg" and "rankdir=LR" in dot.source
    assert dot.source.count("shape=record") == 7
    assert '"{ a | data 2.0000 | grad 6.0000 }"' in dot.source
    assert len(re.findall(r"->", dot.source)) == 9  # three operations, each with two arguments and one result


def test_draw_dot_without_backward_has_gradients_of_zero() -> None:
    assert "grad 1" not in draw_dot(lecture()).source


def test_draw_dot_refuses_a_direction_that_is_none() -> None:
    with pytest.raises(ValueError, match="rankdir is LR, TB, RL or BT"):
        draw_dot(lecture(), rankdir="sideways")


@pytest.mark.parametrize("label", HOSTILE)
def test_no_label_breaks_or_injects_dot(label: str) -> None:
    a = Value(2.0, label=label)
    b = a * 3.0
    b.label = label
    source = draw_dot(b).source
    for line in source.splitlines()[2:-1]:  # every statement is one line of ours
        assert re.fullmatch(r'\t\w+ (-> \w+|\[label="([^"\\]|\\.)*"( shape=record)?\])', line), line
    if shutil.which("dot"):
        subprocess.run(["dot", "-Tsvg"], input=source.encode(), check=True, capture_output=True)


def test_a_drawing_is_a_picture_without_the_dot_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    dot = draw_dot(lecture())
    bundle = dot._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert bundle["text/html"].startswith("<img")  # no wider than the page
    assert base64.b64decode(bundle["application/pdf"]).startswith(b"%PDF")  # LaTeX takes no SVG
    assert dot._repr_mimebundle_(exclude=["text/html"]).keys() == {"image/svg+xml", "application/pdf"}
    assert dot._repr_mimebundle_(exclude=["text/html", "application/pdf"]).keys() == {"image/svg+xml"}
    assert dot._repr_mimebundle_(include=["text/plain"]) == {}
    assert dot.copy()._repr_mimebundle_() == bundle
    assert repr(dot) == "<Drawing of L: 7 nodes>"
    with pytest.raises(graphviz.ExecutableNotFound):
        Drawing()._repr_mimebundle_()


# the still picture


@pytest.mark.parametrize("label", HOSTILE)
def test_the_still_picture_is_well_formed_whatever_the_labels(label: str) -> None:
    a = Value(2.0, label=label)
    tape = Tape(a * a)
    found = ET.fromstring(picture(tape))
    assert not [node for node in found.iter() if node.tag.endswith(("script", "b", "table", "image"))]


def test_the_still_picture_shows_numbers_and_gradients() -> None:
    tape = Tape(lecture())
    tape.backward()
    texts = [node.text for node in ET.fromstring(picture(tape)).iter() if node.tag.endswith("text")]
    assert {"a", "data", "2", "grad", "6", "L", "-8", "1", "×", "+"} <= set(texts)
    assert {"×(-3)", "×2", "×1", "×(-2)", "×4"} <= set(texts)  # the local derivatives


def test_a_group_says_what_it_holds() -> None:
    total = x = Value(1.0, label="x")
    for _ in range(2000):
        total = total + x
    tape = Tape(total)
    tape.backward()
    texts = [node.text for node in ET.fromstring(picture(tape)).iter() if node.tag.endswith("text")]
    assert {"sum of 2001 terms", "2,000 values", "2001", "x"} <= set(texts)
    assert not [text for text in texts if "not drawn" in (text or "")]


@pytest.mark.parametrize("text", EIGHT.values(), ids=list(EIGHT))
def test_a_still_picture_is_small(shell: Shell, text: str) -> None:
    tape = shell.autograd(text).tape
    plan, svg = Plan(tape, tape.root), picture(tape)
    assert len(plan.items) <= 60 and len(svg.encode()) < 60_000
    texts = [node.text for node in ET.fromstring(svg).iter() if node.tag.endswith("text")]
    for item in plan.items:
        if item.kind == "group":
            assert item.name in texts and f"{item.holds:,} values" in texts
            assert short(tape.grads[item.nodes[np.argmax(np.abs(tape.grads[item.nodes]))]]) in texts or item.node >= 0
            assert str(item.outputs) in texts or item.node >= 0


def test_the_alternative_text_says_what_the_picture_shows() -> None:
    tape = Tape(lecture())
    tape.backward()
    assert alt_text(tape) == (
        "Expression graph of L = -8, 7 values. Leaves and gradients: a = 2 (6), b = -3 (-4), c = 10 (-2), f = -2 (4)."
    )


def test_the_saved_picture_is_an_image_that_a_widget_can_find() -> None:
    tape = Tape(lecture())
    found = bundle(tape, "abc123")
    html = found["text/html"]
    image = re.fullmatch(
        r'<div data-autograd-fallback="abc123"><img src="data:image/svg\+xml;base64,([^"]+)" alt="[^"]+"></div>', html
    )
    assert image and base64.b64decode(image[1]).decode() == picture(tape) == found["image/svg+xml"]
    assert found["text/plain"] == tree(tape)


def test_no_pill_lies_on_another(shell: Shell) -> None:
    svg = ET.fromstring(picture(shell.autograd(EIGHT["Black-Scholes"]).tape))
    pills = [
        (float(rect.attrib["x"]), float(rect.attrib["y"]), float(rect.attrib["width"]))
        for rect in svg.iter()
        if rect.get("class") == "q"
    ]
    assert len(pills) > 8
    for (x, y, width), (left, top, wide) in combinations(pills, 2):
        assert abs(y - top) >= 20 or x + width <= left or left + wide <= x


def test_the_picture_as_a_pdf() -> None:
    """Its objects stand where its table says, its texts are those of the picture, and what its fonts don't have is told."""
    a, b = Value(2.0, label="σ₁"), Value(-3.0, label="日")
    root = a * b
    root.label = "it's (L)\\"
    tape = Tape(root)
    tape.backward()
    made = pdf(drawing(tape))
    start = int(re.findall(rb"startxref\n(\d+)\n%%EOF", made)[0])
    assert made[start:].startswith(b"xref\n")
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", made[start:]), 1):
        assert made[int(place) :].startswith(b"%d 0 obj" % number)
    stream = re.search(rb"/Length (\d+)>>stream\n", made)
    assert stream
    page = zlib.decompress(made[stream.end() : stream.end() + int(stream[1])]).decode()
    texts = [bytes.fromhex("".join(re.findall("<(.*?)>", text))).decode("cp1252") for text in page.split("BT")[1:]]
    assert {"s1", "?", "it's (L)\\", "data", "grad", "×", "-6", "×(-3)"} <= set(texts)
    assert len(texts) == picture(tape).count("<text")


# the text tree


def test_the_tree() -> None:
    tape = Tape(lecture())
    tape.backward()
    assert tree(tape) == "\n".join(
        [
            "L | * | data -8 | grad 1",
            "├─ d | + | data 4 | grad -2",
            "│  ├─ e | * | data -6 | grad -2",
            "│  │  ├─ a | data 2 | grad 6",
            "│  │  └─ b | data -3 | grad -4",
            "│  └─ c | data 10 | grad -2",
            "└─ f | data -2 | grad 4",
        ]
    )


def test_what_has_no_name_is_called_by_what_computes_it() -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    shown = tree(Tape((t := a * b + 1) * t + (u := Value(5.0) * 3) * u))
    assert "a*b+1 (above)" in shown and "…*3 (above)" in shown
    assert "#" not in shown


def test_the_tree_is_bounded_and_counts_the_rest() -> None:
    total = x = Value(1.0, label="x")
    for _ in range(5000):
        total = total + x
    lines = tree(Tape(total)).splitlines()
    assert len(lines) <= LINES
    assert re.fullmatch(r"… [\d,]+ more values, farther from the root: see them in the widget", lines[-1])
    assert all(len(line) < 300 for line in lines)


def summed(count: int) -> Value:
    """So many leaves added in pairs: 2 * count - 1 nodes, none of them deep down."""
    found = [Value(float(k)) for k in range(count)]
    while len(found) > 1:
        found = [sum(found[k + 1 : k + 2], found[k]) for k in range(0, len(found), 2)]
    return found[0]


def test_a_cut_tree_says_how_to_see_the_rest() -> None:
    whole = summed(LINES)
    whole.label = "s"
    assert tree(Tape(whole)).splitlines()[-1].endswith(": see them in the widget or with trace(s)")


def test_a_tree_has_as_many_lines_as_it_may() -> None:
    whole = summed(LINES // 2)
    lines = tree(Tape(whole)).splitlines()
    assert len(lines) == LINES - 1 and "…" not in "".join(lines)
    lines = tree(Tape(-whole)).splitlines()
    assert len(lines) == LINES and lines[-1].startswith("… 1 more value, farther from the root")
    assert sum(line.endswith(" …") for line in lines) == 1
    lines = tree(Tape(summed(LINES))).splitlines()
    assert len(lines) == LINES and lines[-1].startswith(f"… {LINES} more values, farther from the root")
    lines = tree(Tape(whole + whole)).splitlines()
    assert len(lines) == LINES


def test_a_tree_goes_so_deep() -> None:
    x = Value(1.0)
    for _ in range(DEPTH):
        x = -x
    assert len(tree(Tape(x)).splitlines()) == DEPTH + 1
    lines = tree(Tape(-x)).splitlines()
    assert len(lines) == DEPTH + 2 and lines[-1].startswith("… 1 more value, farther")


def test_the_tree_writes_a_shared_node_once() -> None:
    a = Value(2.0)
    b = a * 3.0
    text = tree(Tape(b + b))
    assert text.count("data 6") == 1 and "(above)" in text


def test_every_form_of_a_cell_shows_the_same_gradients(shell: Shell) -> None:
    w = shell.autograd(LECTURE)
    mimes = [output.data for output in shell.output.outputs]
    assert mimes[0]["text/plain"] == "" and "application/vnd.jupyter.widget-view+json" in mimes[0]
    assert "a | data 2 | grad 6" in mimes[1]["text/plain"]
    assert "a = 2 (6)" in mimes[1]["text/html"] and "a = 2 (6)" in mimes[1]["image/svg+xml"]
    assert w.grads["a"] == 6.0
