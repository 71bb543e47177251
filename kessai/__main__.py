"""`python -m kessai`: the same command line as `kessai`."""

from kessai.cli.program import main

if __name__ == "__main__":
    main()
