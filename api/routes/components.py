"""The page that shows every component, for whoever changes the design; leaders are led nowhere near it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.pages.components import components
from api.pages.render import asked_language, page
from api.routes.sessions import TheDesk

router = APIRouter(include_in_schema=False)


@router.get("/components")
def all_components(request: Request, desk: TheDesk) -> Response:
    language = asked_language(request)
    return page("components.html", language, **components(desk.interview, language))
