"""The permission that stands until a view says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView  # which imports this module through the settings


class DenyAll(BasePermission):
    """A view that forgot to name its permissions serves nobody."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Never."""
        return False
