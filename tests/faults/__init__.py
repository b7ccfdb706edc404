"""Faults on purpose, against the processes that production runs: kills, outages, full disks, hostile bytes.

``script/test --all`` runs them with short counts, ``script/soak`` with full ones (FAULTS=full), and prints the figures.
"""
