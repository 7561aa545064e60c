"""`python -m config.commands`: how `bandhu serve` starts its worker with its own Python."""

import sys

from config.commands import main

if __name__ == "__main__":
    sys.exit(main())
