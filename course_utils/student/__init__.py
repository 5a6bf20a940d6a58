"""What a student has: own copies of the lessons, the map, JupyterLab."""
