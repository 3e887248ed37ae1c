"""The web application: the API and the pages over one desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import problems
from api.pages.render import STATIC
from api.routes import ask, components, pages, sessions
from assistant import bootstrap
from assistant.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application on the store that the settings name."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        chosen = settings or Settings()
        if model := bootstrap.chat_model(chosen):
            model.ready()
        app.state.answers = bootstrap.answerer_when_asked(chosen)
        app.state.desk = bootstrap.desk(chosen, app.state.answers)
        yield
        app.state.desk.store.close()

    app = FastAPI(
        title="Varde",
        summary="Where an organisation stands in customer experience, where it wants to be, and how it gets there.",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    problems.install(app, pages.problem_page)
    app.include_router(sessions.router)
    app.include_router(ask.router)
    app.include_router(pages.router)
    app.include_router(components.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/healthz", include_in_schema=False)
    def healthy() -> dict[str, str]:
        return {"status": "ok"}

    return app
