"""Mistakes that are planted and must be found; healthy models that must come back clean."""

from importlib import import_module

import keras
import pytest

from course_utils.devices import Memory
from course_utils.diagnose import diagnose, resources
from tests.diagnose.planted.tables import HEALTHY, KINDS, PLANTED

pytestmark = [pytest.mark.xdist_group("diagnose"), pytest.mark.usefixtures("operations_kept", "unhurried")]

SUBJECTS = ("general", "shapes", "structure", "metrics", "training", "own_steps", "inputs", "data", "validation")
for subject in (*SUBJECTS, "healthy", "lookalikes"):
    import_module(f"tests.diagnose.planted.{subject}")  # fills the tables


@pytest.mark.parametrize(("policy", "finding", "words", "make", "memory"), PLANTED, indirect=["policy"])
def test_a_planted_mistake_is_found(policy, finding, words, make, memory, record_property, monkeypatch):
    monkeypatch.setattr(resources, "usable_memory", lambda: Memory(memory, memory))
    keras.utils.set_random_seed(0)
    report = diagnose(*make())
    # in 16 bits, a last layer that the mistake needs as it is has a finding of its own
    found = [each.id for each in report.findings if finding == "narrow_output" or each.id != "narrow_output"]
    record_property(f"diagnose planted, {policy}", finding in found)
    # one mistake, one finding
    assert found == [finding]
    assert all(word in report.findings[0].seen + report.findings[0].why + report.findings[0].change for word in words)
    assert not [reason for reason in report.skipped if "in the check itself" in reason]


@pytest.mark.parametrize(("policy", "make", "trained"), HEALTHY, indirect=["policy"])
def test_a_healthy_model_comes_back_clean(policy, make, trained, record_property):
    keras.utils.set_random_seed(0)
    model, train, *validation = make()
    if trained:
        pair = train if isinstance(train, tuple) else (train,)
        model.fit(*pair, epochs=4, verbose=0, validation_data=validation[0] if validation else None)
    report = diagnose(model, train, *validation)
    record_property(f"diagnose healthy, {policy}", not report.findings)
    assert report.findings == []
    assert report.skipped == []


def test_the_tables_hold_many_kinds_of_mistakes_and_many_healthy_models():
    healthy = {parameters.id.partition(", ")[2].removesuffix(", trained") for parameters in HEALTHY}
    assert len(PLANTED) >= 150
    assert len(KINDS) >= 90
    assert len(healthy) >= 100
