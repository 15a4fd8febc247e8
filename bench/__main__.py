"""`python -m bench`."""

import sys

if __name__ == "__main__":
    try:
        from bench.cli import main
    except ModuleNotFoundError as error:
        print(f"{error}: run through make, which installs what is needed, or with .venv/bin/python.", file=sys.stderr)
        sys.exit(2)
    main()
