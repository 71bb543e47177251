"""Whom the notifier trusts when it connects: the machine's authorities, and the prefecture's own."""

import ssl

from kessai.settings import Settings, SettingsError


def trusted(settings: Settings) -> ssl.SSLContext:
    """Give the context for connections to receivers. Raises SettingsError where the file cannot be read."""
    context = ssl.create_default_context()
    if settings.webhook_ca_file is not None:
        try:
            context.load_verify_locations(settings.webhook_ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError([f"KESSAI_WEBHOOK_CA_FILE: 読めません({type(error).__name__})。"]) from error
    return context
