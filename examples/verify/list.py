"""Lists images with boto3. Reads a query, prints the pages or the number of images."""
import json
import sys

import boto3

query = json.load(sys.stdin)
selection = {"IncludeDeprecated": True, "IncludeDisabled": True}
if query["owners"]:
    selection["Owners"] = query["owners"]
pages = boto3.client("ec2", endpoint_url=query["url"]).get_paginator("describe_images").paginate(
    PaginationConfig={"PageSize": query["pageSize"], "MaxItems": query["maxItems"] or None}, **selection)
count = 0
for page in pages:
    images = page.get("Images", [])
    count += len(images)
    if query["print"]:
        print(json.dumps({"Images": images, "ResumeToken": pages.resume_token or ""}, default=lambda t: t.isoformat()))
if not query["print"]:
    print(count)
