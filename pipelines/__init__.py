"""Recipes become releases: catalogue, plan, judge and local (floor 2), beam (floor 3), the command (floor 4)."""
