"""The first library.

Revision ID: 0001
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    library = op.create_table(
        "library",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("token", sa.Text),
        sa.CheckConstraint("id = 1", name="one_library"),
    )
    op.execute(library.insert().values(id=1, uid=secrets.token_hex(4), revision=0))
    op.create_table(
        "shows",
        sa.Column("slug", sa.Text, primary_key=True, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("uid", sa.Text, nullable=False, unique=True),
        sa.Column("feed_guid", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("base_url", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("explicit", sa.Boolean, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("artwork", sa.Text),
        sa.Column("keep", sa.Integer),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("show", sa.Text, sa.ForeignKey("shows.slug"), nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("published_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("duration_s", sa.Float, nullable=False),
        sa.Column("sides", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("site", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("summary", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("chapters", sa.Text, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("imported", sa.Boolean, nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("voice", sa.Text, nullable=False),
        sa.UniqueConstraint("show", "guid", name="one_guid"),
        sa.UniqueConstraint("show", "slug", name="one_slug"),
        sqlite_autoincrement=True,
    )
    op.create_index("newest", "entries", ["show", "published_at", "id"])
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("show", sa.Text, sa.ForeignKey("shows.slug", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("guid", sa.Text),
        sa.Column("entry", sa.Text),
        sa.Column("worker", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("added_at", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("waiting", "jobs", ["state", "id"])
