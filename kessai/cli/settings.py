"""`kessai settings`: every setting with its value and its purpose; secrets only as given or not."""

import typer

from kessai.cli.options import DEFAULT_DATA, Data, NoInstance, settings_for
from kessai.settings import described, load


def settings(data: Data = DEFAULT_DATA) -> None:
    """設定(KESSAI_*)の値と意味を表示します。

    秘密は、設定されているかどうかだけを表示します。
    """
    try:
        current = settings_for(data)
    except NoInstance:
        current = load({"KESSAI_DATA": str(data)})
    for name, value, purpose in described(current):
        typer.echo(f"{name}={value}\n    {purpose}")
