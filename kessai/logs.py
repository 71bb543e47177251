"""Logs: one line an entry, JSON or text, with correlation ids; tracebacks without local variables (may be personal)."""

import logging
import sys

import structlog

from kessai.settings import Settings

QUIET = ("authlib", "httpx", "httpcore", "temporalio", "uvicorn", "urllib3")  # at DEBUG some would show secrets
TELLS_TOO_MUCH = ("pyhanko", "pyhanko_certvalidator")  # a traceback at WARNING for each way that it tries in vain
SAY_IT_TWICE = ("pyhanko", "pyhanko_certvalidator")  # whatever they find about a signature is in what they give


def configure(settings: Settings) -> None:
    """Set up structlog and the standard library's logging of this process, both to standard error, by the settings."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = _text
    if settings.log_format == "json":
        shared.append(_traceback)
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.INFO))
    for name in TELLS_TOO_MUCH:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in SAY_IT_TWICE:
        logging.getLogger(name).setLevel(logging.ERROR)


_traceback = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
_text = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
