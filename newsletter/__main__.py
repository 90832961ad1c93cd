"""`python -m newsletter`."""

import sys

from newsletter.cli import main

if __name__ == "__main__":
    sys.exit(main())
