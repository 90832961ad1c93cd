"""Small values that the newsroom keeps for itself, the signing secret among them."""

from sqlalchemy import Connection, delete, insert, select

from newsletter.store.tables import settings


class SettingShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        found = self._connection.execute(select(settings.c.value).where(settings.c.key == key)).scalar()
        return None if found is None else str(found)

    def put(self, key: str, value: str) -> None:
        self._connection.execute(delete(settings).where(settings.c.key == key))
        self._connection.execute(insert(settings).values(key=key, value=value))
