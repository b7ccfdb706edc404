"""Uploaded files stay in memory: what is in them may be passwords, and those touch the disk sealed only."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class MemoryUpload(FileUploadHandler):
    """Keeps a file in memory, up to ``IMPORT_MAX_BYTES``; of a longer one only its size, which then tells."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start with nothing."""
        super().new_file(*args, **kwargs)
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless it is too much already."""
        if start + len(raw_data) <= settings.IMPORT_MAX_BYTES:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, with its true size."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            file=self.kept,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class TooLarge(ValueError):
    """The file is longer than ``IMPORT_MAX_BYTES``."""


def content_of(file: Any) -> bytes:
    """The bytes of an uploaded file. Raises ``TooLarge``."""
    if file.size > settings.IMPORT_MAX_BYTES:
        raise TooLarge
    content: bytes = file.read()
    return content
