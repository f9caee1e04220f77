"""The table of records, the guard of its versions, and the triggers that notify every process of a change."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE flowcord_record (
    scope       text COLLATE "C" NOT NULL,
    scope_id    text COLLATE "C" NOT NULL,
    name        text COLLATE "C" NOT NULL DEFAULT '',
    data        jsonb,
    version     bigint NOT NULL DEFAULT 1,
    revision    integer NOT NULL DEFAULT 1,
    owner       text COLLATE "C",
    created_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
    updated_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
    expires_at  timestamptz,
    deleted_at  timestamptz,
    CONSTRAINT flowcord_record_pkey PRIMARY KEY (scope, scope_id, name),
    CONSTRAINT flowcord_record_scope CHECK (scope IN ('session', 'user', 'project')),
    CONSTRAINT flowcord_record_data CHECK (jsonb_typeof(data) = 'object'),
    CONSTRAINT flowcord_record_tombstone CHECK ((data IS NULL) = (deleted_at IS NOT NULL)),
    CONSTRAINT flowcord_record_version CHECK (version >= 1),
    CONSTRAINT flowcord_record_revision CHECK (revision >= 1)
)
"""

INDEXES = (
    "CREATE INDEX flowcord_record_expires_at ON flowcord_record (expires_at) WHERE expires_at IS NOT NULL",
    "CREATE INDEX flowcord_record_deleted_at ON flowcord_record (deleted_at) WHERE deleted_at IS NOT NULL",
    "CREATE INDEX flowcord_record_owner ON flowcord_record (owner) WHERE owner IS NOT NULL",
)

# An UPDATE by hand counts too: new data without a new version would stay unseen by every cache.
GUARD = """
CREATE FUNCTION flowcord_record_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$
"""

NOTIFY = """
CREATE FUNCTION flowcord_record_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('flowcord', '*');
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM pg_notify('flowcord',
            json_build_array(OLD.scope, OLD.scope_id, OLD.name, OLD.version + 1)::text);
    ELSE
        PERFORM pg_notify('flowcord',
            json_build_array(NEW.scope, NEW.scope_id, NEW.name, NEW.version)::text);
    END IF;
    RETURN NULL;
END $$
"""

TRIGGERS = (
    """
    CREATE TRIGGER flowcord_record_guard BEFORE UPDATE ON flowcord_record FOR EACH ROW
    WHEN (NEW.version < OLD.version OR (NEW.version = OLD.version AND NEW.data IS DISTINCT FROM OLD.data))
    EXECUTE FUNCTION flowcord_record_guard()
    """,
    """
    CREATE TRIGGER flowcord_record_insert AFTER INSERT ON flowcord_record FOR EACH ROW
    EXECUTE FUNCTION flowcord_record_notify()
    """,
    """
    CREATE TRIGGER flowcord_record_update AFTER UPDATE ON flowcord_record FOR EACH ROW
    WHEN (OLD.version IS DISTINCT FROM NEW.version)
    EXECUTE FUNCTION flowcord_record_notify()
    """,
    """
    CREATE TRIGGER flowcord_record_delete AFTER DELETE ON flowcord_record FOR EACH ROW
    EXECUTE FUNCTION flowcord_record_notify()
    """,
    """
    CREATE TRIGGER flowcord_record_truncate AFTER TRUNCATE ON flowcord_record FOR EACH STATEMENT
    EXECUTE FUNCTION flowcord_record_notify()
    """,
)


def upgrade() -> None:
    for statement in (TABLE, *INDEXES, GUARD, NOTIFY, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE flowcord_record")
    op.execute("NOTIFY flowcord, '*'")  # which a table that is dropped does not do by itself
    op.execute("DROP FUNCTION flowcord_record_notify()")
    op.execute("DROP FUNCTION flowcord_record_guard()")
