"""Lists images with the default client of boto3, and reports what became of it.

Reads one JSON object per line, writes one for each:
{"service": ..., "url": ..., "input": {...}, "timeout": seconds, "open": URL or ""}
{"images": number, "error": "" or its name, "requests": number}

The second attempt is announced at the URL in open, before it is made. The pauses
between attempts are skipped.
"""
import json
import sys
import time
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

time.sleep = lambda seconds: None


def run(row):
    requests = 0

    def before_send(**_):
        nonlocal requests
        requests += 1
        if requests == 2 and row["open"]:
            urllib.request.urlopen(row["open"]).close()

    client = boto3.client(row["service"], endpoint_url=row["url"], config=Config(read_timeout=row["timeout"]))
    client.meta.events.register("before-send." + row["service"], before_send)
    images, error = 0, ""
    try:
        for page in client.get_paginator("describe_images").paginate(PaginationConfig={"PageSize": 25}, **row["input"]):
            images += len(page.get("Images", []))
    except ClientError as e:
        error = e.response["Error"]["Code"]
    except Exception as e:
        error = type(e).__name__
    return {"images": images, "error": error, "requests": requests}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
