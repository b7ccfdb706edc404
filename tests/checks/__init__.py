"""The steps of ``script/test``: what they run, with which environment, and how their outcome is told."""
