"""The device editor: one document, edited as a form in tabs or as JSON."""
