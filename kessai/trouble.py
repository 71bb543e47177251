"""Trouble a person can do something about: said in Japanese on stderr instead of a traceback."""


class Trouble(Exception):
    """The message is a Japanese sentence that says what is wrong and what helps; `exit_code` is the command's."""

    exit_code = 1
