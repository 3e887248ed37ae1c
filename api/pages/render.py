"""Pages from templates, with interface texts by gettext; catalogues are read as text, nothing is compiled ahead."""

from __future__ import annotations

import gettext
import hashlib
from collections.abc import MutableMapping
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from knowledge.schema import LANGUAGES, Language

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "nb": "Norsk", "et": "Eesti"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Static(StaticFiles):
    """Our files beside the pages. One asked for by its version never changes; the others are asked for anew."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        lasting = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@cache
def versioned(name: str) -> str:
    """The address of one of our files, which changes with what stands in it."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """The interface texts of a language; English is what stands in the templates."""
    file = HERE / "locale" / language / "messages.po"
    if language == "en":
        return gettext.NullTranslations()
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def counted(number: int, language: Language) -> str:
    """A number as it is written in a language."""
    return format_decimal(number, locale=language)


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found = translations(language)
    environment.install_gettext_callables(found.gettext, found.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"language": language, "language_names": LANGUAGE_NAMES, "versioned": versioned}
    environment.filters["counted"] = partial(counted, language=language)
    return environment


def page(template: str, language: Language, status: int = 200, **context: Any) -> HTMLResponse:
    """A page with the headers that keep it to itself: a strict policy, no referrer, no cache."""
    return HTMLResponse(_environment(language).get_template(template).render(**context), status, HEADERS)


def asked_language(request: Request) -> Language:
    """From `?language=`, else from what the browser prefers, else English."""
    wanted = [request.query_params.get("language", "")]
    wanted += [part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")]
    aliases: dict[str, Language] = {"no": "nb", "nn": "nb", **{code: code for code in LANGUAGES}}
    return next((aliases[code] for code in wanted if code in aliases), "en")
