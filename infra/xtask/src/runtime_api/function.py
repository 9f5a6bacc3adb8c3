#!/usr/bin/python3
"""A function for the tests: answers {"echo": event}; "fail" posts an error, "exit" ends the process."""
import json, os, sys, urllib.request
base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"
def post(path, value):
    urllib.request.urlopen(urllib.request.Request(base + path, json.dumps(value).encode()))
if os.environ.get("REFUSE"):
    post("/init/error", {"errorMessage": "no settings"})
    sys.exit(1)
while True:
    with urllib.request.urlopen(base + "/invocation/next") as reply:
        event, id = json.load(reply), reply.headers["lambda-runtime-aws-request-id"]
    if event == "exit":
        sys.exit(7)
    elif event == "fail":
        post(f"/invocation/{id}/error", {"errorMessage": "asked to"})
    else:
        post(f"/invocation/{id}/response", {"echo": event, "set": os.environ.get("SET"), "home": os.environ.get("HOME")})
