"""The kinds of object that are imported and exported. Each module declares one; ``registry`` finds it by name."""
