"""Hypothesis without a clock: machines differ in speed, and a test that fails for slowness tests nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("glotmill", deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
settings.load_profile("glotmill")
