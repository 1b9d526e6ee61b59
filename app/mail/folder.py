"""The folder of letters as files, which is where they go while there is no mail server."""

from collections.abc import Collection
from pathlib import Path

_folder: Path | None = None


def use(path: Path) -> None:
    global _folder
    _folder = path


def remove(message_ids: Collection[int]) -> int:
    """Remove the files of these letters, also those written before there was a mail server; returns how many there were."""
    wanted = {str(message_id) for message_id in message_ids}
    if not wanted or _folder is None or not _folder.is_dir():
        return 0
    found = [path for path in _folder.iterdir() if path.name.partition("-")[2].partition("-")[0] in wanted]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
