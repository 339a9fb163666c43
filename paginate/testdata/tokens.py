"""Reads a JSON list of token texts, writes what botocore makes of each."""
import base64
import json
import sys

from botocore.paginate import TokenDecoder, TokenEncoder

results = []
for text in json.load(sys.stdin):
    result = {"Read": False}
    try:
        fields = TokenDecoder().decode(text)
        skip = fields.get("boto_truncate_amount", 0)
        token = fields.get("NextToken")
        ours = set(fields) <= {"NextToken", "boto_truncate_amount"}
        if ours and isinstance(token, (str, type(None))) and type(skip) is int and skip >= 0:
            written = {"NextToken": token or None}
            if skip or not token:
                written["boto_truncate_amount"] = skip
            sent = (token or "").encode("utf-8", "surrogateescape")
            result = {"Read": True, "Token": base64.b64encode(sent).decode(), "Skip": skip, "Written": TokenEncoder().encode(written)}
    except (ValueError, TypeError, AttributeError):
        pass
    results.append(result)
json.dump(results, sys.stdout)
