"""What the console costs: ``python -m bench --help`` (see ``docs/performance.md``)."""
