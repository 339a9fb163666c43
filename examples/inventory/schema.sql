-- The tables of the inventory, the same in SQLite and in Postgres. The queue has
-- its own tables, which begin with river_. Times are RFC 3339 in UTC.

CREATE TABLE inventory (version BIGINT NOT NULL);

-- A run lists everything once.
CREATE TABLE runs (
    id          BIGINT PRIMARY KEY,
    started_at  TEXT   NOT NULL,
    finished_at TEXT,              -- NULL until no listing is pending
    listings    BIGINT NOT NULL,
    pending     BIGINT NOT NULL,
    role        TEXT   NOT NULL    -- the role to assume in each account, or ''
);

-- A listing is one account, Region, service and scope in one run: one job.
CREATE TABLE listings (
    run        BIGINT NOT NULL,
    account    TEXT   NOT NULL,
    region     TEXT   NOT NULL,
    service    TEXT   NOT NULL,    -- ec2, appstream
    scope      TEXT   NOT NULL,    -- owned, shared
    token      TEXT   NOT NULL,    -- resumes after the last page in images; '' is the start
    pages      BIGINT NOT NULL,
    images     BIGINT NOT NULL,
    restarts   BIGINT NOT NULL,    -- how often the token was refused
    state      TEXT   NOT NULL,    -- pending, done, denied, unavailable, failed
    error      TEXT   NOT NULL,    -- the last one, also of a listing that is pending
    worker     TEXT   NOT NULL,
    updated_at TEXT   NOT NULL,    -- when it last moved, or when its first error after that was
    PRIMARY KEY (run, account, region, service, scope)
);

CREATE TABLE images (
    account       TEXT   NOT NULL,
    region        TEXT   NOT NULL,
    service       TEXT   NOT NULL,
    scope         TEXT   NOT NULL,
    id            TEXT   NOT NULL, -- the AMI's id, or the AppStream image's ARN
    arn           TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    owner         TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    created_at    TEXT,
    deprecated_at TEXT,
    public        BOOLEAN NOT NULL,
    encrypted     BOOLEAN NOT NULL, -- every snapshot is; true if there is none
    snapshots     BIGINT NOT NULL,
    gib           BIGINT NOT NULL, -- of the volumes that the snapshots restore
    doc           TEXT   NOT NULL, -- the whole image, as JSON without empty values
    hash          TEXT   NOT NULL, -- of doc
    first_seen    TEXT   NOT NULL,
    last_seen     TEXT   NOT NULL,
    last_run      BIGINT NOT NULL,
    removed_at    TEXT,            -- a complete listing no longer had it
    PRIMARY KEY (account, region, service, scope, id)
);

-- What each run changed.
CREATE TABLE changes (
    run     BIGINT NOT NULL,
    at      TEXT   NOT NULL,
    account TEXT   NOT NULL,
    region  TEXT   NOT NULL,
    service TEXT   NOT NULL,
    scope   TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    what    TEXT   NOT NULL,       -- added, changed, removed
    doc     TEXT                   -- what images.doc was before, if it was replaced
);
CREATE INDEX changes_run ON changes (run);

-- The serve command that plans runs. There is at most one.
CREATE TABLE scheduler (
    id     BIGINT PRIMARY KEY,     -- always 1
    holder TEXT NOT NULL,
    until  TEXT NOT NULL           -- another may take over after this
);
