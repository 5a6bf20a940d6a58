"""The helpers that the lessons share; `course` on the command line.

Importing this package costs next to nothing: TensorFlow, NumPy and Matplotlib are imported by the modules that need them.
"""
