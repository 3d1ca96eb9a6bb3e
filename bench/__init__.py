"""Benchmarks: throughput, latency, CPU time, statements and memory, each beside a ceiling measured the same way."""
