"""From the trajectories of a body to gait: contacts, angles, what a step looks like."""
