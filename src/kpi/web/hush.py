"""What the server's log says of a fault: its kind and where it happened, and none of the values.

The message of an exception may quote what somebody typed, an address, a row: PostgreSQL's name the key that was there
already. Whoever reads the server's log need not read that. Frames are named by file, line and function of the program.
"""

import logging
import traceback
from types import TracebackType

_Fault = tuple[type[BaseException], BaseException, TracebackType | None]


class _Hushed(logging.LogRecord):
    """A record whose exception is told without its message."""

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)  # type: ignore[arg-type]  # whatever a record is made from
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text, self.exc_info = told(self.exc_info), None
            self.msg, self.args = self.getMessage().partition("\n")[0], ()  # asyncio's goes on to quote the fault


def hush() -> None:
    """Let every record of this process be made so, whoever logs it."""
    logging.setLogRecordFactory(_Hushed)


def told(fault: _Fault) -> str:
    """Tell an exception, and those that led to it, by kinds and places."""
    lines: list[str] = []
    error: BaseException | None = fault[1]
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__, limit=-30)
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)
