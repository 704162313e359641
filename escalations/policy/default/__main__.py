"""Print the shipped policy as JSON."""

import json
import sys

from escalations.policy.default import default_data

sys.stdout.write(json.dumps(default_data(), indent=2, ensure_ascii=False) + "\n")
