"""A ZIP that is made while it is sent: files go in as they are, a piece at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from zipstream import ZipStream


class Archive:
    """One ZIP. Its bytes are what these methods yield, in the order in which they are called.

    Nothing is compressed, as videos and pictures are already; ZIP64 is used where a size or a place needs it.
    """

    def __init__(self) -> None:
        self._zip = ZipStream()

    async def file(self, name: str, size: int, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """Put a file of so many bytes in. Where its pieces break off with an error the archive goes on without it: its
        directory, which readers go by, does not name it.
        """
        given = deque[bytes | None]()
        # zipstream-ng asks for a piece exactly when it is asked for one, and an uncompressed one goes out as it came.
        self._zip.add(iter(given.popleft, None), name, size=size)
        steps = self._zip.file()
        try:
            yield next(steps)
            async for piece in pieces:
                given.append(piece)
                yield next(steps)
            given.append(None)
            for step in steps:
                yield step
        finally:
            steps.close()

    def text(self, name: str, data: bytes) -> Iterator[bytes]:
        """Put a file in that is in memory."""
        self._zip.add(data, name)
        yield from self._zip.file()

    def end(self) -> Iterator[bytes]:
        """The directory of all that was put in whole."""
        yield from self._zip.footer()
