"""What jobs do, a module a step. Each gets the claimed job and its heart, and ends the job in its last write."""
