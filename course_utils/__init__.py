"""The helpers that the lessons share; `course` on the command line.

Importing this package costs next to nothing: TensorFlow, NumPy and Matplotlib are imported by the modules that need them.
"""

import os

# Keras reads these when it is imported. They may be set for another project, there or in `~/.keras/keras.json`, which gives
# way to the environment.
os.environ |= {"KERAS_BACKEND": "tensorflow", "KERAS_NNX_ENABLED": "false"}
for _name in ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH", "TF_USE_LEGACY_KERAS"):
    os.environ.pop(_name, None)
