"""Fills the table images with a loop over boto3's paginators, in one process.

It is what the inventory is compared with: the same images in the same table of
SQLite, but no workers, no resumption, no changes and no removals.

    python3 loop.py DATABASE ACCOUNTS ROLE
"""
import hashlib
import json
import os
import sqlite3
import sys

import boto3

SCHEMA = """
CREATE TABLE images (
    listing BIGINT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL,
    created_at TEXT, deprecated_at TEXT, public BOOLEAN NOT NULL, encrypted BOOLEAN NOT NULL,
    snapshots BIGINT NOT NULL, gib BIGINT NOT NULL, doc TEXT NOT NULL, hash TEXT NOT NULL,
    first_seen TEXT NOT NULL, last_run BIGINT NOT NULL, removed_at TEXT,
    PRIMARY KEY (listing, id)
)"""

UPSERT = """
INSERT INTO images (listing, id, name, owner, state, created_at, deprecated_at, public, encrypted, snapshots, gib,
    doc, hash, first_seen, last_run)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, datetime('now'), 1)
ON CONFLICT (listing, id) DO UPDATE SET name = excluded.name, owner = excluded.owner, state = excluded.state,
    created_at = excluded.created_at, deprecated_at = excluded.deprecated_at, public = excluded.public,
    encrypted = excluded.encrypted, snapshots = excluded.snapshots, gib = excluded.gib, doc = excluded.doc,
    hash = excluded.hash, last_run = excluded.last_run"""


def ec2_row(image):
    disks = [d["Ebs"] for d in image.get("BlockDeviceMappings", []) if d.get("Ebs", {}).get("SnapshotId")]
    return (
        image["ImageId"], image.get("Name", ""), image.get("OwnerId", ""), image.get("State", ""),
        image.get("CreationDate"), image.get("DeprecationTime"), image.get("Public", False),
        all(d.get("Encrypted", False) for d in disks), len(disks), sum(d.get("VolumeSize", 0) for d in disks),
    )


def appstream_row(image):
    created = image.get("CreatedTime")
    return (
        image["Arn"], image.get("Name", ""), image["Arn"].split(":")[4], image.get("State", ""),
        created and created.isoformat(), None, image.get("Visibility") == "PUBLIC", True, 0, 0,
    )


INPUTS = [
    ("ec2", {"Owners": ["self"], "IncludeDisabled": True}, ec2_row),
    ("ec2", {"ExecutableUsers": ["self"], "IncludeDeprecated": True}, ec2_row),
    ("appstream", {"Type": "PRIVATE"}, appstream_row),
    ("appstream", {"Type": "SHARED"}, appstream_row),
]


def pages(client, service, arguments):
    if service == "ec2":
        for page in client.get_paginator("describe_images").paginate(**arguments, PaginationConfig={"PageSize": 1000}):
            yield page["Images"]
        return
    token = {}
    while True:
        page = client.describe_images(**arguments, **token)
        yield page["Images"]
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def main(database, accounts, role):
    db = sqlite3.connect(database)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(SCHEMA)
    home = os.environ.get("AWS_REGION", "us-east-1")
    sts = boto3.client("sts", region_name=home)
    listing = total = 0
    for account in open(accounts).read().split():
        keys = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="loop")["Credentials"]
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        regions = [r["RegionName"] for r in session.client("ec2", region_name=home).describe_regions()["Regions"]]
        for region in regions:
            clients = {service: session.client(service, region_name=region) for service in ("ec2", "appstream")}
            for service, arguments, row in INPUTS:
                listing += 1
                for images in pages(clients[service], service, arguments):
                    rows = []
                    for image in images:
                        doc = json.dumps(image, default=str, sort_keys=True)
                        rows.append((listing, *row(image), doc, hashlib.sha256(doc.encode()).hexdigest()[:32]))
                    with db:
                        db.executemany(UPSERT, rows)
                    total += len(rows)
    print(f"{total} images")


if __name__ == "__main__":
    main(*sys.argv[1:])
