"""The web application: the API and the pages over one desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from api import problems
from api.attempts import Attempts
from api.door import Door
from api.heads import Heads
from api.pages.render import STATIC, Static
from api.routes import ask, assessments, choosing, components, consulting, pages, sessions, streams
from api.streaming import MOST_AT_ONCE
from assistant import bootstrap
from assistant.invitations import Invitations
from assistant.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application on the store that the settings name."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        chosen = settings or Settings()
        if model := bootstrap.chat_model(chosen):
            model.ready()
        app.state.answers = bootstrap.answerer_when_asked(chosen)
        app.state.invitations = Invitations(chosen.invitations_file)
        app.state.desk = bootstrap.desk(chosen, app.state.answers)
        key = chosen.consultant.get_secret_value()
        app.state.door, app.state.attempts = Door(key) if key else None, Attempts()
        app.state.workers = ThreadPoolExecutor(MOST_AT_ONCE, "varde-turn")
        yield
        await run_in_threadpool(app.state.workers.shutdown)  # turns under way are finished and stored
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
    app.add_middleware(Heads)
    app.include_router(sessions.router)
    app.include_router(consulting.router)
    app.include_router(ask.router)
    app.include_router(streams.router)
    app.include_router(pages.router)
    app.include_router(choosing.router)
    app.include_router(components.router)
    assessments.install(app)
    app.mount("/static", Static(directory=STATIC), name="static")

    @app.get("/healthz", include_in_schema=False)
    def healthy() -> dict[str, str]:
        return {"status": "ok"}

    return app
