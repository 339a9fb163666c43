"""Lists images with boto3. Reads one JSON object a line, answers with one.

Asked:  {"service": "ec2", "url": ..., "input": {...}, "config": {MaxItems, PageSize, StartingToken}}
Answer: {"ids": [...], "token": ...}
"""
import json
import sys

import boto3
from botocore.config import Config

clients = {}
for line in sys.stdin:
    asked = json.loads(line)
    key = asked["service"], asked["url"]
    if key not in clients:
        clients[key] = boto3.client(
            asked["service"], endpoint_url=asked["url"], region_name="us-east-1",
            config=Config(retries={"max_attempts": 0}))
    pages = clients[key].get_paginator("describe_images").paginate(
        PaginationConfig=asked["config"], **asked["input"])
    result = pages.build_full_result()
    ids = [image["ImageId"] if key[0] == "ec2" else image["Arn"] for image in result.get("Images", [])]
    print(json.dumps({"ids": ids, "token": result.get("NextToken", "")}), flush=True)
