"""Video or markers to body trajectories: what moves where, before anybody says what it means."""
