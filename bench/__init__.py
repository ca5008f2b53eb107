"""Measurements, each beside a named floor in the same run. `make bench` prints them all; each file also runs alone."""
