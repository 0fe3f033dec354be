"""What OpenAPI cannot say, and the gateway checks all the same: requests are made to fit, where they would do so but for it.

Without this, schemathesis takes the refusal of a request that fits the document for a fault of the gateway.
"""

from datetime import datetime, timedelta, timezone

import schemathesis


@schemathesis.hook
def map_case(context, case):
    operation = case.operation.definition.raw.get("operationId")
    if operation == "createSession":
        give_tools_their_own_names(case.body)
    if operation == "getUsage" and isinstance(case.query, dict):
        put_from_before_to(case.query)
    return case


def give_tools_their_own_names(body):
    """RS8: the names of tools differ. JSON Schema can compare whole items only."""
    s2s = body.get("s2s") if isinstance(body, dict) else None
    tools = s2s.get("tools") if isinstance(s2s, dict) else None
    if not isinstance(tools, list):
        return
    names = set()
    for index, tool in enumerate(tools):
        if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
            continue
        if tool["name"] in names:
            # The lists that a shrinking test makes may hold one object many times.
            tools[index] = tool = {**tool, "name": f"{tool['name'][:60]}_{index}"}
        names.add(tool["name"])


def put_from_before_to(query):
    """SR8: `from` is before `to`, which is now where it is left out. OpenAPI cannot compare two parameters."""
    begin, end = instant(query.get("from")), instant(query.get("to"))
    if begin is None or ("to" in query and end is None):
        return
    if end is None:
        end = datetime.now(timezone.utc).timestamp()
    if begin == end or "to" not in query:
        if begin >= end:
            del query["from"]
    elif begin > end:
        query["from"], query["to"] = query["to"], query["from"]


def instant(text):
    """Seconds since 1970, or None for what is neither a date nor an instant."""
    try:
        # Python's calendar has no year 0, which is as long as the year 4.
        early = text.startswith("0000")
        parsed = datetime.fromisoformat("0004" + text[4:] if early else text)
    except (AttributeError, TypeError, ValueError):
        return None
    offset = parsed.utcoffset() or timedelta(0)
    since = parsed.replace(tzinfo=None) - datetime(1970, 1, 1) - offset - timedelta(days=1461 if early else 0)
    return since.total_seconds()
