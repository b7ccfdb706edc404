"""The routes of the bulk API."""

from __future__ import annotations

from bulk import api_exports, api_jobs
from console.api.routes import api_path

JOBS = "api/v1/Account/<auth_id>/imports/"

urlpatterns = [
    api_path(JOBS, api_jobs.Imports.as_view()),
    api_path(f"{JOBS}<job_id>/", api_jobs.JobDetail.as_view()),
    api_path(f"{JOBS}<job_id>/confirm/", api_jobs.JobConfirm.as_view()),
    api_path(f"{JOBS}<job_id>/cancel/", api_jobs.JobCancel.as_view()),
    api_path(f"{JOBS}<job_id>/undo/", api_jobs.JobUndo.as_view()),
    api_path(f"{JOBS}<job_id>/report/", api_jobs.JobReport.as_view()),
    api_path(f"{JOBS}<job_id>/passwords/", api_jobs.JobPasswords.as_view()),
    api_path("api/v1/Account/<auth_id>/exports/<kind>/", api_exports.Export.as_view()),
    api_path("api/v1/Account/<auth_id>/rotations/", api_jobs.Rotations.as_view()),
    api_path("api/v1/Account/<auth_id>/overlaps/<kind>/", api_exports.Overlaps.as_view()),
]
