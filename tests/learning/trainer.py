"""`python -m tests.learning.trainer FOLDER`: a worker's process that does what is due of the learning, once."""

import sys
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

    from django.conf import settings

    from escalations.tasks import learn

    settings.HANDRAIL_MODEL_DIR = Path(sys.argv[1])
    learn()
