-- The tables of the inventory, the same in SQLite and in Postgres. The queue has
-- its own tables, which begin with river_. Times are RFC 3339 in UTC.

CREATE TABLE inventory (
    version  BIGINT NOT NULL,      -- of these tables
    listings BIGINT NOT NULL       -- the last id in the table listings
);

-- A run lists everything once.
CREATE TABLE runs (
    id          BIGINT PRIMARY KEY,
    started_at  TEXT   NOT NULL,
    finished_at TEXT,              -- NULL until no listing is pending
    listings    BIGINT NOT NULL,
    pending     BIGINT NOT NULL,
    services    TEXT   NOT NULL,   -- separated by commas
    role        TEXT   NOT NULL    -- the role to assume in each account, or ''
);

-- A listing is one account, Region, service and scope. It has one row in all
-- runs, and one job in each. With the scope regions, it lists the Regions of the
-- account, and adds their listings to the run.
CREATE TABLE listings (
    id            BIGINT  PRIMARY KEY,
    account       TEXT    NOT NULL,
    region        TEXT    NOT NULL, -- '' with the scope regions
    service       TEXT    NOT NULL, -- ec2, appstream
    scope         TEXT    NOT NULL, -- owned, shared, regions
    run           BIGINT  NOT NULL, -- the last run that lists it
    version       BIGINT  NOT NULL, -- grows whenever one of the next columns changes
    state         TEXT    NOT NULL, -- pending, done, denied, unavailable, failed
    token         TEXT    NOT NULL, -- resumes after the last page in images; '' is the start
    enabled       BOOLEAN NOT NULL, -- EC2 has said that the account has enabled the Region
    pages         BIGINT  NOT NULL,
    images        BIGINT  NOT NULL,
    restarts      BIGINT  NOT NULL, -- how often the token was of no use
    worker        TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    error         TEXT    NOT NULL, -- the last one since the version changed, or that ended the listing
    failures      BIGINT  NOT NULL, -- unexpected errors since the version changed
    failing_since TEXT,             -- the first error since the version changed
    UNIQUE (account, region, service, scope)
);

CREATE TABLE images (
    listing       BIGINT NOT NULL,
    id            TEXT   NOT NULL,  -- the AMI's id, or the AppStream image's ARN
    name          TEXT   NOT NULL,
    owner         TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    created_at    TEXT,
    deprecated_at TEXT,
    public        BOOLEAN NOT NULL,
    encrypted     BOOLEAN NOT NULL, -- every snapshot is; true if there is none
    snapshots     BIGINT NOT NULL,
    gib           BIGINT NOT NULL,  -- of the volumes that the snapshots restore
    doc           TEXT   NOT NULL,  -- the whole image, as JSON without empty values
    hash          TEXT   NOT NULL,  -- of doc
    first_seen    TEXT   NOT NULL,
    last_run      BIGINT NOT NULL,
    removed_at    TEXT,             -- a complete listing no longer had it
    PRIMARY KEY (listing, id)
);

-- What each run changed.
CREATE TABLE changes (
    run     BIGINT NOT NULL,
    at      TEXT   NOT NULL,
    listing BIGINT NOT NULL,
    id      TEXT   NOT NULL,
    what    TEXT   NOT NULL,        -- added, changed, removed
    doc     TEXT                    -- what images.doc was before, if it was replaced
);
CREATE INDEX changes_run ON changes (run);

-- The images that exist, and where.
CREATE VIEW current_images AS
    SELECT account, region, service, scope, images.*
    FROM images JOIN listings ON listings.id = images.listing
    WHERE removed_at IS NULL;

-- The serve command that starts runs. There is at most one.
CREATE TABLE scheduler (
    id     BIGINT PRIMARY KEY,      -- always 1
    holder TEXT NOT NULL,
    until  TEXT NOT NULL            -- another may take over after this
);
