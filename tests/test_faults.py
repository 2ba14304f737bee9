"""What can go wrong while a kernel runs a cell again for a slider, in a real kernel."""

from __future__ import annotations

import os
import queue
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from kernels import asked, move, printed, run, started, value, wait_until_idle
from shell import BRANCH

ENDLESS = "x = 5.0\nturns = 0\nwhile x > 1.0:\n    turns += 1\n    if x < 4.0:\n        continue\n    x = x * 0.5\n    x = x - x + 0.5\ny = x * 2.0\ny"
"""Ends where x is 4 or more, and loops for ever between 1 and 4."""


def test_an_endless_second_run_is_stopped_by_its_budget(kernel: BlockingKernelClient) -> None:
    run(kernel, "import autograd_magic.cell.budget; autograd_magic.cell.budget.SECONDS = 0.5")
    run(kernel, f"%%autograd --as w\n{ENDLESS}", cellId="endless")
    wait_until_idle(kernel, asked(kernel, 2.0, 1))
    answer = value(kernel, "w.model.answer")
    assert answer["status"] == "error"
    assert answer["message"] == "The run took longer than 0.5 s and was stopped"
    assert answer["line"] in (4, 5, 6, 7)
    assert value(kernel, "(w.values['y'], y.data, turns)") == (1.0, 1.0, 1)
    wait_until_idle(kernel, asked(kernel, 6.0, 2))
    assert value(kernel, "w.model.answer['status'], float(w.tape.values[w.tape.leaves[0].node])") == ("ok", 6.0)
    run(kernel, "autograd_magic.cell.budget.SECONDS = 20.0")


def test_interrupting_the_kernel_ends_a_second_run() -> None:
    with started() as (manager, client):
        run(client, "%load_ext autograd_magic")
        run(client, f"%%autograd --as w\n{ENDLESS}", cellId="endless")
        answer: dict[str, Any] = {}
        for question in range(1, 20):  # an interrupt that comes before the run has begun ends nothing of ours
            message = asked(client, 2.0, question)
            wait_until_idle(client, message, "busy")
            while client.is_alive() and not _interrupted(manager, client, message):
                pass
            if answer := value(client, "w.model.answer"):
                break
        assert (answer["status"], answer["message"]) == ("error", "KeyboardInterrupt")
        assert value(client, "(w.values['y'], y.data)") == (1.0, 1.0)


def _interrupted(manager: Any, client: BlockingKernelClient, message: str) -> bool:
    """Interrupt the kernel, and see whether it has handled the message: it may not have begun the run before."""
    manager.interrupt_kernel()
    try:
        while True:
            found = client.get_iopub_msg(timeout=2)
            if found["parent_header"].get("msg_id") == message and found["content"].get("execution_state") == "idle":
                return True
    except queue.Empty:
        return False


def numbers(client: BlockingKernelClient, names: str) -> Any:
    return value(client, f"[float(n) for n in ({names},)]")


def test_what_was_typed_is_typed_again(kernel: BlockingKernelClient) -> None:
    text = "x = 2.0\nk = float(input('how often? '))\ny = x * k\nif x > 3.0:\n    y = y + 1.0\ny"
    assert printed(run(kernel, f"%%autograd --as w\n{text}", typed="5")) == ""
    assert numbers(kernel, "y") == [10.0]
    move(kernel, 4.0)
    assert numbers(kernel, "x, y") == [4.0, 21.0]


def test_a_question_that_nobody_can_answer_is_refused(kernel: BlockingKernelClient) -> None:
    text = "x = 2.0\ny = x * 2.0\nif x > 3.0:\n    y = y * float(input('how often? '))\ny"
    run(kernel, f"%%autograd --as w\n{text}", typed=None)
    answer = move(kernel, 4.0)
    assert answer["status"] == "error" and answer["line"] == 5
    assert answer["message"] == "RuntimeError: nobody can answer input('how often? ') here: run the cell itself again"
    assert numbers(kernel, "x, y") == [2.0, 4.0]


def test_a_cell_that_awaits_says_that_it_is_not_run_again(kernel: BlockingKernelClient) -> None:
    text = "import asyncio\nx = 2.0\nawait asyncio.sleep(0)\ny = x * x\nif x > 3.0:\n    y = y + 1.0\ny"
    run(kernel, f"%%autograd --as w\n{text}")
    move(kernel, 2.5)
    assert numbers(kernel, "y") == [6.25]
    assert move(kernel, 4.0)["status"] == "refused"
    assert numbers(kernel, "x, y") == [2.5, 6.25]
    assert "await" in value(kernel, "w.model.tape['notes'][0]")


def test_time_around_the_cell(kernel: BlockingKernelClient) -> None:
    assert "Wall time" in printed(run(kernel, f"%%time\n%%autograd --as w\n{BRANCH}"))
    move(kernel, 0.5)
    assert numbers(kernel, "y") == [2.5]


def test_unseeded_random_numbers_are_the_same_again(kernel: BlockingKernelClient) -> None:
    text = "import random\nx = 2.0\nr = random.random()\ny = x * r\nif x > 3.0:\n    y = y + 1.0\ny"
    run(kernel, f"%%autograd --as w\n{text}")
    (drawn,) = numbers(kernel, "r")
    move(kernel, 4.0)
    assert numbers(kernel, "r, y") == [drawn, 4.0 * drawn + 1.0]


def test_what_a_second_run_prints_goes_to_the_widget(kernel: BlockingKernelClient) -> None:
    text = "x = 2.0\ny = x * x\nif x > 3.0:\n    print('far', x)\ny"
    assert printed(run(kernel, f"%%autograd --as w\n{text}")) == ""
    message = asked(kernel, 4.0, 1)
    published = wait_until_idle(kernel, message)
    assert value(kernel, "w.model.output['text']") == "far 4.0\n"
    assert "stream" not in published


def test_a_list_from_outside_is_said(kernel: BlockingKernelClient) -> None:
    run(kernel, "losses = [0.5]")
    run(kernel, "%%autograd --as w\nx = 2.0\ny = x * x\nif x > 3.0:\n    y = y + 1.0\nlosses.append(y)\ny")
    assert "losses" in value(kernel, "w.model.tape['notes'][0]")
    move(kernel, 4.0)
    assert value(kernel, "[float(loss) for loss in losses]") == [0.5, 17.0]


@pytest.mark.parametrize(("text", "there", "beside"), [("x > 1.0", 0.0, 10.0), ("x >= 1.0", 10.0, 0.0)])
def test_exactly_on_the_threshold(kernel: BlockingKernelClient, text: str, there: float, beside: float) -> None:
    run(kernel, f"%%autograd --as w\nx = 2.0\nif {text}:\n    y = x * 10.0\nelse:\n    y = x * 0.0\ny")
    move(kernel, 1.0)
    assert numbers(kernel, "y") == [there]
    move(kernel, 1.0000000000000002 if there == 0.0 else 0.9999999999999999)
    assert numbers(kernel, "y") == [pytest.approx(beside)]


def test_equality_is_guarded(kernel: BlockingKernelClient) -> None:
    run(kernel, "%%autograd --as w\nx = 0.1\ny = x * 2.0\nif x == 0.3:\n    y = y + 1.0\ny")
    move(kernel, 0.3)
    assert numbers(kernel, "y") == [1.6]
    move(kernel, 0.1 + 0.2)
    assert numbers(kernel, "y") == [(0.1 + 0.2) * 2.0]


def test_a_late_question_for_a_closed_widget_is_nothing(kernel: BlockingKernelClient) -> None:
    run(kernel, f"%%autograd --as w\n{BRANCH}")
    message = "w.model.comm.comm_id, w.model.tape['trace'], w.tape.leaves[0].key"
    comm, trace, key = value(kernel, message)
    run(kernel, "w.close()")
    leaves = {"trace": trace, "question": 9, "at": {key: "0.0"}, "done": True, "by": "a view"}
    late = {"comm_id": comm, "data": {"method": "update", "state": {"leaves": leaves}, "buffer_paths": []}}
    sent = kernel.session.msg("comm_msg", content=late)
    kernel.shell_channel.send(sent)
    assert "error" not in wait_until_idle(kernel, sent["header"]["msg_id"])
    assert numbers(kernel, "x, y") == [2.0, 4.0]
    run(kernel, "w.set(x=0.5)")
    assert numbers(kernel, "x, y") == [0.5, 2.5]


def test_a_kernel_killed_in_the_middle_of_a_second_run() -> None:
    """Nothing of ours keeps a new kernel from starting and running the cell."""
    with started() as (manager, client):
        run(client, "%load_ext autograd_magic")
        run(client, f"%%autograd --as w\n{ENDLESS}")
        wait_until_idle(client, asked(client, 2.0, 1), "busy")
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        run(client, "%load_ext autograd_magic")
        run(client, f"%%autograd --as w\n{BRANCH}")
        move(client, 0.5)
        assert numbers(client, "y") == [2.5]


def test_a_busy_kernel_does_what_was_asked_last(kernel: BlockingKernelClient, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    run(kernel, f"%%autograd --as w\n{BRANCH}")
    comm, trace, key = value(kernel, "w.model.comm.comm_id, w.model.tape['trace'], w.tape.leaves[0].key")
    busy = kernel.execute(f"open({str(gate)!r}).read()")
    wait_until_idle(kernel, busy, "busy")
    for question in range(1, 51):
        number = str(question / 10) if question % 2 else "-2.0"
        leaves = {"trace": trace, "question": question, "at": {key: number}, "done": True, "by": "a view"}
        late = {"comm_id": comm, "data": {"method": "update", "state": {"leaves": leaves}, "buffer_paths": []}}
        message = kernel.session.msg("comm_msg", content=late)
        kernel.shell_channel.send(message)
    gate.write_text("go")
    wait_until_idle(kernel, message["header"]["msg_id"])
    kernel.get_shell_msg(timeout=60)
    # All of them speak of the first graph, though each has led to another one.
    assert numbers(kernel, "x, y") == [-2.0, -2.0 * 3.0 + 1.0]
    assert value(kernel, "w.model.tape['question']") == 50


def test_two_widgets_on_one_number_agree(kernel: BlockingKernelClient) -> None:
    run(kernel, "%%autograd --as first\na = 2.0\nb = a * 3.0\nb")
    run(kernel, "%%autograd --as second\nc = a * a\nc")
    run(kernel, "second.set(a=5.0)")
    assert value(kernel, "first.values['b'], second.values['c']") == (6.0, 25.0)
    run(kernel, "first.set(a=4.0)")
    assert numbers(kernel, "a, b") == [4.0, 12.0]
