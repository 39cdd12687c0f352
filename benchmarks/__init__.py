"""Benchmarks: each of their processes begins as ours do, what ours are compared with too."""

from vigo_pipeline.engine.process import begin

begin()
