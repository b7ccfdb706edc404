"""The console's pages over HTTP, as a browser uses them."""

from __future__ import annotations

import re
from typing import Self

import httpx


class Browser:
    """Somebody who looks at pages and fills in forms."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._client.close()

    def sign_in(self, email: str, password: str) -> None:
        self.submit("/user/login/", login=email, password=password)

    def read(self, path: str) -> str:
        answer = self._client.get(path)
        assert answer.is_success, answer.text
        return answer.text

    def submit(self, path: str, *, page: str = "", **typed: str) -> str:
        """Fill in a page's form and send it, to itself or from another ``page``. Returns the page that one lands on."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read(page or path))
        assert found
        sent = {**typed, "csrfmiddlewaretoken": found[1]}
        return self._client.post(path, data=sent, headers={"Referer": path}).text
