"""`python -m orienteer` is the command `orienteer`."""

from orienteer.cli import main

if __name__ == "__main__":
    main()
