// Prints how many images an endpoint has, with the paginator of AWS's SDK.
import { EC2Client, paginateDescribeImages } from "@aws-sdk/client-ec2";

const pages = paginateDescribeImages(
  { client: new EC2Client(), pageSize: 1000 },
  { IncludeDeprecated: true, IncludeDisabled: true },
);
let n = 0;
for await (const page of pages) {
  for (const image of page.Images ?? []) {
    if (image.ImageId) n++;
  }
}
console.log(n);
