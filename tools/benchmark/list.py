# Prints how many images an endpoint has, with boto3's paginator.
import boto3

pages = boto3.client("ec2").get_paginator("describe_images").paginate(
    IncludeDeprecated=True, IncludeDisabled=True, PaginationConfig={"PageSize": 1000}
)
n = 0
for page in pages:
    for image in page["Images"]:
        if image["ImageId"]:
            n += 1
print(n)
