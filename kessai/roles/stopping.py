"""Stopping: every process of ours ends when it is told to, after what it has in hand."""

import asyncio
import signal


def stop_event() -> asyncio.Event:
    """Give an event that SIGTERM or SIGINT sets; call inside the running loop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
