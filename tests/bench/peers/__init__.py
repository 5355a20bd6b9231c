"""What tests/bench/run sets beside Chipline, and what it needs to do so."""
