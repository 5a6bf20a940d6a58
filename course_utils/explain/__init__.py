"""Looking inside a network: what its layers say, what its filters look for, which part of a picture spoke for a class.

Each function is derived in the cells of a lesson and kept here for later ones; tests hold the two equal.
"""

from course_utils.explain.activations import View, feature_maps, views, zero_shares
from course_utils.explain.maps import class_activation_map, grad_cam, overlay
from course_utils.explain.patterns import deprocess, filter_patterns, normalized

__all__ = [
    "View",
    "class_activation_map",
    "deprocess",
    "feature_maps",
    "filter_patterns",
    "grad_cam",
    "normalized",
    "overlay",
    "views",
    "zero_shares",
]
