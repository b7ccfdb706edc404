"""Pages go out compressed; what holds a secret does not, for its length would tell of it (BREACH)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# What one reads there opens something: the seed of a second factor, recovery codes.
SECRET_PAGES = ("/user/2fa/",)
MARK = "holds_secret"  # on the request: its answer shows a secret


def shows_secret(request: HttpRequest) -> None:
    """Say that the answer to ``request`` holds a secret."""
    setattr(request, MARK, True)


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages that were only looked at: an answer to a form may hold the password that was typed.

    Static files lie compressed already, and the APIs' answers are small and hold secrets. The token against forged
    requests, which every page holds, is masked anew for each, and Django pads each answer by a random length.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress, or leave as it is."""
        if not isinstance(response, HttpResponse) or not may_compress(request, response):
            return response
        return super().process_response(request, response)


def may_compress(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether its length tells nothing."""
    is_page = response.get("Content-Type", "").startswith("text/html")
    return (
        request.method == "GET"
        and is_page
        and not getattr(request, MARK, False)
        and not request.path.startswith(SECRET_PAGES)
    )
