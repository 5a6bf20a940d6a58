"""The tables of planted mistakes and of healthy models, which the modules beside this one fill.

Everything is looked at under float32. In 16 bits it is each finding's first mistake and each healthy model that is not slow
there, under one of the two in turn; with ALL_PRECISIONS in the environment, as once a week, all of it under both.
"""

import os

import pytest

from course_utils.devices import POLICIES

ONCE = POLICIES[:1]  # for what is the same in every precision, or would only take time: under float32
PLANTED, KINDS, HEALTHY = [], set(), []
ALL_PRECISIONS = bool(os.environ.get("ALL_PRECISIONS"))
seen = set()


def in_turn(number):
    """Float32, and the two of 16 bits in turn."""
    return POLICIES if ALL_PRECISIONS else (POLICIES[0], POLICIES[1 + number % 2])


def plant(finding, *words, memory=2**34, policies=None, kind=None):
    """Put a function that makes (model, train[, validation]) into the table; `words`: what the finding must mention.

    `kind`: what the learner did, where one finding tells of several mistakes. `policies`: all, where what is seen depends on
    how the model computes.
    """

    def put(make):
        name = f"{finding}: {make.__name__ if make.__name__ != '<lambda>' else kind or ''}".removesuffix(": ")
        first = finding not in seen
        seen.add(finding)
        for policy in policies or (in_turn(len(seen)) if first or ALL_PRECISIONS else ONCE):
            PLANTED.append(pytest.param(policy, finding, words, make, memory, id=f"{policy}, {name}"))
        KINDS.add(kind or finding)
        return make

    return put


def put_healthy(make, trained, policies, name=None):
    name = f"{name or make.__name__}, trained" if trained else name or make.__name__
    HEALTHY.extend(pytest.param(policy, make, trained, id=f"{policy}, {name}") for policy in policies)
    return make


def untrained(make):
    return put_healthy(make, trained=False, policies=in_turn(len(HEALTHY)))


def healthy(make):
    """Looked at before and after training; before, a copy is what is trained, and copies compute in float32 anyway."""
    put_healthy(make, trained=False, policies=ONCE)
    return put_healthy(make, trained=True, policies=in_turn(len(HEALTHY)))


def large(make):
    """Slow to train in float16 on a CPU, and made of what the small ones are made of."""
    put_healthy(make, trained=False, policies=ONCE)
    return put_healthy(make, trained=True, policies=ONCE)


def once(make):
    return put_healthy(make, trained=False, policies=ONCE)
