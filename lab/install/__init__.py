"""What the lab needs on a machine, and how it gets there.

This package is what everything else is bootstrapped with, so it runs on the system's
python3 with nothing but the standard library.
"""
