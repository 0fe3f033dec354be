"""Says only that its packages are there."""

import json

print(json.dumps({"check": "its packages are there"}))
