"""Where the joints are in each picture of a clip."""
