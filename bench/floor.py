"""The floor: a bare Django view that executes the statements a request was seen to execute and answers its bytes."""

from __future__ import annotations

import os
import pickle
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from bench.score import Score

SCORES = "BENCH_SCORES"  # the environment's name of the file


@cache
def scores() -> dict[str, Score]:
    """What ``bench.rehearsal`` wrote, by case."""
    found: dict[str, Score] = pickle.loads(Path(os.environ[SCORES]).read_bytes())
    return found


@csrf_exempt
def floor(request: HttpRequest, case: str, name: str) -> HttpResponse:
    """Execute and answer; the body that was sent is read, as the console does."""
    score = scores()[case]
    _sent = request.body
    score.play(name)
    return HttpResponse(score.answer.body, status=score.answer.status, headers=score.answer.headers)
