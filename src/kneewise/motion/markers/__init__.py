"""From marker trajectories and force plates to the poses of a runner's segments and the force of the ground."""

from kneewise.motion.markers.body import Body, track
from kneewise.motion.markers.marker_map import SIDES, MarkerMap, Side, choose_map, parse_marker_map, shipped_maps
from kneewise.motion.markers.plates import GroundForce, ground_force
from kneewise.motion.markers.smoothing import low_pass
from kneewise.motion.markers.standing import SIGN, Standing, stand

__all__ = [
    "SIDES",
    "SIGN",
    "Body",
    "GroundForce",
    "MarkerMap",
    "Side",
    "Standing",
    "choose_map",
    "ground_force",
    "low_pass",
    "parse_marker_map",
    "shipped_maps",
    "stand",
    "track",
]
