"""Kernels that are forked from a process which has imported TensorFlow already.

`python -m tools.forked_kernels serve SOCKET` is that process, and prints a line when it is ready. A kernelspec starts
`python -m tools.forked_kernels SOCKET {connection_file}`, with `interrupt_mode` `message`: it asks for a kernel with its own
environment, folder and output, and lives as long as that does; if it is killed, the kernel ends.

TensorFlow starts its threads when it first computes, so that a fork after its import alone is safe.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress

HEAVY = ("tensorflow", "keras", "numpy", "pandas", "sklearn", "matplotlib", "IPython", "ipykernel.kernelapp")


def serve(path: str) -> None:
    """Import what is heavy, then fork a kernel for each request, until whoever started this process has ended.

    The processors' time for kernels that have ended counts as that of its children.
    """
    for name in HEAVY:
        __import__(name)
    # what the collector never looks at, it never writes to: those pages stay shared
    gc.freeze()
    signal.signal(signal.SIGCHLD, _wait_for_ended)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        print("ready", flush=True)
        # standard input, from which nothing is read, closes with the process at its other end, even if that is killed
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _become_kernel(connection)
            connection.close()


def _wait_for_ended(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become_kernel(connection: socket.socket) -> None:
    size = int.from_bytes(_received(connection, 4), "big")
    _, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
    request = json.loads(_received(connection, size))
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    threading.Thread(target=_end_with_client, args=(connection,), daemon=True).start()

    import numpy as np
    from ipykernel.kernelapp import launch_new_instance

    np.random.seed()  # else each kernel would draw the same numbers
    sys.argv = ["ipykernel_launcher", "-f", request["connection_file"]]
    sys.path[:] = [request["folder"] if entry == "" else entry for entry in sys.path]
    launch_new_instance()
    os._exit(0)


def _received(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += connection.recv(size - len(data))
    return data


def _end_with_client(connection: socket.socket) -> None:
    connection.recv(1)
    os._exit(1)


def ask(path: str, connection_file: str) -> None:
    """Ask the server for a kernel and wait until it ends."""
    # the kernel would take this for its parent's number, and end because its parent has another
    environment = {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"}
    request = {"environment": environment, "folder": os.getcwd(), "connection_file": connection_file}  # noqa: PTH109
    data = json.dumps(request).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(len(data).to_bytes(4, "big"))
        socket.send_fds(connection, [b"."], [0, 1, 2])
        connection.sendall(data)
        connection.recv(1)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        ask(sys.argv[1], sys.argv[2])
