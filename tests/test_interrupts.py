"""An interrupted cell, in a real kernel."""

import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.interrupts import INTERRUPTED

START = "from course_utils.interrupts import show_interrupts_in_one_line; show_interrupts_in_one_line()"
TRAINING = """
import time
from tqdm import tqdm

def fit(weights):
    bar = tqdm(total=3, file=__import__("sys").stdout, bar_format="{n} steps")
    for step in range(1_000):
        weights.append(step)
        print("training", flush=True)
        time.sleep(60)

weights = []
fit(weights)
"""


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_an_interrupted_cell_shows_one_line_and_what_it_had_is_kept(kernel):
    manager, client = kernel
    outputs = []

    def show(message: dict) -> None:
        outputs.append(message)
        if message["content"].get("text", "").startswith("training"):
            manager.interrupt_kernel()

    assert client.execute_interactive(START, timeout=60)["content"]["status"] == "ok"
    reply = client.execute_interactive(TRAINING, timeout=60, output_hook=show)["content"]
    assert (reply["status"], reply["ename"], reply["traceback"]) == ("error", "KeyboardInterrupt", [INTERRUPTED])
    shown = [message["content"] for message in outputs if message["msg_type"] == "error"]
    assert [error["traceback"] for error in shown] == [[INTERRUPTED]]
    # the bar has ended with its cell; else it would when the next error takes this one's place
    outputs.clear()
    for code in ("1 / 0", "print(weights)"):
        client.execute_interactive(code, timeout=60, output_hook=outputs.append)
    texts = [message["content"]["text"] for message in outputs if message["msg_type"] == "stream"]
    assert "".join(texts) == "[0]\n"


def test_other_errors_are_shown_as_ever(kernel):
    _, client = kernel
    client.execute_interactive(START, timeout=60)
    reply = client.execute_interactive("1 / 0", timeout=60, output_hook=lambda message: None)["content"]
    assert reply["ename"] == "ZeroDivisionError" and len(reply["traceback"]) > 1
