"""Measured promises: what PERFORMANCE and the corpora ask for, beside references of the same run."""
