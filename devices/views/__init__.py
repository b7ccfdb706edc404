"""The pages of devices and of their users."""
