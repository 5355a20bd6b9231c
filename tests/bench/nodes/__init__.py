"""Measures a cluster of Chipline; tests/bench/cluster is the program."""
