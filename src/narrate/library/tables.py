"""The tables of the library's database.

Whatever changes here needs a migration in `migrations/versions`. Times are ISO 8601 in UTC, which sort as text; lists
and mappings are JSON.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

library = Table(
    "library",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("token", Text),
    CheckConstraint("id = 1", name="one_library"),
)
"""What is true of the whole library: one row."""

shows = Table(
    "shows",
    metadata,
    Column("slug", Text, primary_key=True, nullable=False),
    Column("title", Text, nullable=False),
    Column("uid", Text, nullable=False, unique=True),
    Column("feed_guid", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("link", Text),
    Column("base_url", Text),
    Column("language", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("explicit", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("artwork", Text),
    Column("keep", Integer),
    Column("settings", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),  # grows with every entry: the order in which they were put in
    Column("guid", Text, nullable=False),
    Column("show", Text, ForeignKey("shows.slug"), nullable=False),
    Column("slug", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("sides", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("site", Text),
    Column("address", Text),
    Column("summary", Text),
    Column("language", Text, nullable=False),
    Column("chapters", Text, nullable=False),
    Column("origin", Text),
    Column("imported", Boolean, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("voice", Text, nullable=False),
    UniqueConstraint("show", "guid", name="one_guid"),
    UniqueConstraint("show", "slug", name="one_slug"),
    Index("newest", "show", "published_at", "id"),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("show", Text, ForeignKey("shows.slug", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("payload", Text, nullable=False),  # an address, or the name of a file in the queue's folder
    Column("title", Text),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("guid", Text),
    Column("entry", Text),
    Column("worker", Text),  # whose lock says that it is still being worked on
    Column("tries", Integer, nullable=False),
    Column("added_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Index("waiting", "state", "id"),
    sqlite_autoincrement=True,
)
