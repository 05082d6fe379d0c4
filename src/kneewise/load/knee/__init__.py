"""The patellofemoral joint: formulas, watch model, sanity limits, video and style."""
