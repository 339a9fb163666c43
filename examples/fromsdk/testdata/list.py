"""Calls and lists with boto3. Reads one JSON object a line, answers with one.

A call:    {"service", "operation", "input"}; the answer is the output
A listing: also {"config": {MaxItems, PageSize, StartingToken}, "items": a JMESPath}
           the answer is {"items": [...], "token": "..."}
The endpoint is the argument.
"""
import json
import sys

import boto3
import jmespath
from botocore.config import Config

clients = {}
for line in sys.stdin:
    asked = json.loads(line)
    service = asked["service"]
    if service not in clients:
        clients[service] = boto3.client(
            service, endpoint_url=sys.argv[1], region_name="us-east-1", config=Config(retries={"max_attempts": 0}))
    client, operation, kwargs = clients[service], asked["operation"], asked["input"] or {}
    if asked.get("config") is None:
        answer = getattr(client, operation)(**kwargs)
    else:
        result = client.get_paginator(operation).paginate(
            PaginationConfig=asked["config"], **kwargs).build_full_result()
        items = jmespath.search(asked["items"], result) or []
        answer = {"items": [str(item) for item in items], "token": result.get("NextToken", "")}
    print(json.dumps(answer, default=str), flush=True)
