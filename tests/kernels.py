"""A real kernel, driven as a front end drives it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager


@contextmanager
def managed() -> Iterator[KernelManager]:
    """A manager for one kernel, which is ended with it. They talk through sockets that are files: a free TCP port
    that is found for a kernel may be somebody else's by the time at which the kernel binds it.
    """
    with TemporaryDirectory(prefix="k") as folder:
        manager = KernelManager(transport="ipc", ip=f"{folder}/s")
        try:
            yield manager
        finally:
            if manager.has_kernel:
                manager.shutdown_kernel(now=True)


@contextmanager
def started() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """A kernel that runs, and a client of it."""
    with managed() as manager:
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            yield manager, client
        finally:
            client.stop_channels()


def run(
    client: BlockingKernelClient, text: str, *, typed: str | None = None, watched: bool = False, **metadata: Any
) -> list[dict[str, Any]]:
    """Execute a cell; the messages that it published. ``typed`` is what the user answers to ``input()``, ``watched``
    whether a user is there who could be asked.
    """
    seen: list[dict[str, Any]] = []
    message = client.session.msg(
        "execute_request",
        content={
            "code": text,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": watched or typed is not None,
            "stop_on_error": True,
        },
        metadata=metadata,
    )
    client.shell_channel.send(message)
    if typed is not None:
        client.get_stdin_msg(timeout=60)
        client.input(typed)
    while True:
        found = client.get_iopub_msg(timeout=60)
        if found["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        seen.append(found)
        if found["msg_type"] == "status" and found["content"]["execution_state"] == "idle":
            client.get_shell_msg(timeout=60)
            return seen


def printed(messages: list[dict[str, Any]]) -> str:
    """What a cell has put on stdout."""
    return "".join(message["content"]["text"] for message in messages if message["msg_type"] == "stream")


def value(client: BlockingKernelClient, expression: str) -> Any:
    """What an expression is in the kernel."""
    messages = run(client, f"print(repr(({expression})))")
    assert printed(messages), messages
    return ast.literal_eval(printed(messages))


def asked(client: BlockingKernelClient, number: float, question: int) -> str:
    """Move the first leaf as the browser would, and don't wait; the id of the message."""
    comm = value(client, "w.model.comm.comm_id")
    leaves = {
        "trace": value(client, "w.model.tape['trace']"),
        "question": question,
        "at": {value(client, "w.tape.leaves[0].key"): repr(number)},
        "done": True,
        "by": "a view",
    }
    data = {"method": "update", "state": {"leaves": leaves}, "buffer_paths": []}
    message = client.session.msg("comm_msg", content={"comm_id": comm, "data": data})
    client.shell_channel.send(message)
    return str(message["header"]["msg_id"])


def move(client: BlockingKernelClient, number: float) -> Any:
    """Move the first leaf as the browser would; the widget's answer."""
    question = value(client, "max(w.model.leaves.get('question', 0), w.model.answer.get('question', 0))") + 1
    wait_until_idle(client, asked(client, number, question))
    return value(client, "w.model.answer")


def wait_until_idle(client: BlockingKernelClient, message: str, state: str = "idle") -> list[str]:
    """Wait until the kernel has handled a message, or has begun to with ``state="busy"``; the kinds of messages that
    it published for it.
    """
    kinds: list[str] = []
    while True:
        found = client.get_iopub_msg(timeout=60)
        if found["parent_header"].get("msg_id") == message:
            kinds.append(found["msg_type"])
            if found["content"].get("execution_state") == state:
                return kinds
